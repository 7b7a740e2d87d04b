//! Runs Starlark programs. Knows the language and nothing of what programs are for: what they may
//! call (constructors) and ask (inputs) comes with each request. See `request` for what goes in and
//! `response` for what comes out; both are JSON.
//!
//! The module imports from its host, beside a few functions of WASI:
//! * `host.at(file, offset)`: the statement that runs now, for when the host has to end it by force
//! * `host.expired() -> i32`: 1 when the program has had its time

mod constructed;
mod constructor;
mod failure;
mod frame;
mod host;
mod inputs;
mod limits;
mod loading;
mod nesting;
mod program;
mod request;
mod response;
mod result_writer;
mod session;
mod testing;
mod vocabulary;

use std::cell::RefCell;

thread_local! {
    static REQUEST: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static RESPONSE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

unsafe extern "C" {
    fn __wasm_call_ctors();
}

/// To be called once, before everything else.
#[unsafe(no_mangle)]
pub extern "C" fn _initialize() {
    // SAFETY: The linker makes this function; calling it here, once, is what it is for.
    unsafe { __wasm_call_ctors() }
}

/// Gives the place for a request of this many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn prepare(size: usize) -> *mut u8 {
    REQUEST.with_borrow_mut(|request| {
        *request = vec![0; size];
        request.as_mut_ptr()
    })
}

/// Evaluates the request that lies in the prepared place; gives where the response begins.
#[unsafe(no_mangle)]
pub extern "C" fn evaluate() -> *const u8 {
    let request = REQUEST.take();
    RESPONSE.set(Vec::new());
    let response = program::evaluate(&request);
    RESPONSE.with_borrow_mut(|place| {
        *place = response;
        place.as_ptr()
    })
}

/// The size of the last response in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn response_size() -> usize {
    RESPONSE.with_borrow(Vec::len)
}
