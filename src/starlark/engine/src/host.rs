//! What the engine asks of its host.

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    #[link_name = "at"]
    safe fn host_at(file: u32, offset: u32);
    #[link_name = "expired"]
    safe fn host_expired() -> i32;
}

/// Tells the host which statement runs: a file by its index in the request, and a byte in it.
pub fn at(file: u32, offset: u32) {
    host_at(file, offset);
}

/// Whether the time for this evaluation is over.
pub fn expired() -> bool {
    host_expired() != 0
}
