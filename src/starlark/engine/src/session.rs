//! The state of one evaluation, shared by all of its files.

use std::cell::Cell;
use std::cell::RefCell;

use starlark::PrintHandler;
use starlark::codemap::CodeMapId;
use starlark::codemap::FileSpanRef;
use starlark::environment::Globals;
use starlark::eval::Evaluator;
use starlark::values::ProvidesStaticType;

use crate::host;
use crate::request::Request;
use crate::vocabulary::Vocabulary;

/// More than this is left out of what a program prints.
const MAX_OUTPUT_BYTES: usize = 64 * 1024;
const OUTPUT_LEFT_OUT: &str = "(more than 64 KiB: the rest is left out)\n";

#[derive(ProvidesStaticType)]
pub struct Session<'a> {
    pub request: &'a Request,
    globals: Globals,
    /// For files that test others, where there are some.
    testing_globals: Option<Globals>,
    /// What is left of the request's limit.
    pub steps_left: Cell<u64>,
    /// Set once the host said that the time is over.
    pub expired: Cell<bool>,
    asked: RefCell<Vec<String>>,
    output: RefCell<String>,
    current_file: Cell<Option<(CodeMapId, u32)>>,
}

impl<'a> Session<'a> {
    pub fn new(request: &'a Request, vocabulary: Vocabulary) -> Self {
        Session {
            request,
            globals: vocabulary.globals,
            testing_globals: vocabulary.testing,
            steps_left: Cell::new(request.limits.steps),
            expired: Cell::new(false),
            asked: RefCell::default(),
            output: RefCell::default(),
            current_file: Cell::new(None),
        }
    }

    /// The names that a file can use beside its own.
    pub fn globals_of(&self, path: &str) -> &Globals {
        match &self.testing_globals {
            Some(globals) if self.request.is_testing(path) => globals,
            _ => &self.globals,
        }
    }

    /// The session that an evaluator belongs to.
    pub fn of<'e>(eval: &Evaluator<'_, 'e, '_>) -> &'e Session<'e> {
        let session = eval.extra.and_then(|extra| extra.downcast_ref());
        session.expect("every evaluator gets its session")
    }

    /// Notes that the program has seen an input, as a cache of results needs to know.
    pub fn note_asked(&self, input: &str) {
        let mut asked = self.asked.borrow_mut();
        if !asked.iter().any(|name| name == input) {
            asked.push(input.to_owned());
        }
    }

    /// Asks the host for the time, and remembers the answer so that the error can name its cause.
    pub fn check_expired(&self) -> bool {
        self.expired.set(self.expired.get() || host::expired());
        self.expired.get()
    }

    /// Tells the host where the program is.
    pub fn enter_statement(&self, span: FileSpanRef) {
        let id = span.file.id();
        let index = match self.current_file.get() {
            Some((current, index)) if current == id => index,
            _ => self.file_index(span.file.filename()),
        };
        self.current_file.set(Some((id, index)));
        host::at(index, span.span.begin().get());
    }

    /// Tells the host that a file is being read.
    pub fn enter_file(&self, path: &str) {
        self.current_file.set(None);
        host::at(self.file_index(path), 0);
    }

    fn file_index(&self, path: &str) -> u32 {
        self.request.index_of(path).unwrap_or_default() as u32
    }

    /// What the program asked and what it printed.
    pub fn finish(self) -> (Vec<String>, String) {
        (self.asked.into_inner(), self.output.into_inner())
    }
}

impl PrintHandler for Session<'_> {
    fn println(&self, text: &str) -> starlark::Result<()> {
        let mut output = self.output.borrow_mut();
        if output.len() + text.len() < MAX_OUTPUT_BYTES {
            output.push_str(text);
            output.push('\n');
        } else if !output.ends_with(OUTPUT_LEFT_OUT) {
            output.push_str(OUTPUT_LEFT_OUT);
        }
        Ok(())
    }
}
