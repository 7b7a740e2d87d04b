//! The limits that the engine itself watches. The host has two more: on the memory of the whole
//! module and on the time that a single operation may take.

use serde::Serialize;
use starlark::ErrorKind;
use starlark::environment::Module;
use starlark::eval::Evaluator;

use crate::session::Session;

/// Calls within calls. The language's own default is 50.
pub const MAX_CALL_DEPTH: usize = 200;

/// Why a program was stopped.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    Steps,
    Memory,
    Time,
    CallDepth,
    Nesting,
    ResultDepth,
    ResultSize,
}

/// Sets an evaluator's limits from what the session has left.
pub fn apply<'a>(eval: &mut Evaluator<'_, 'a, '_>, session: &'a Session<'a>) -> anyhow::Result<()> {
    eval.set_max_callstack_size(MAX_CALL_DEPTH)?;
    eval.set_max_heap_size(session.request.limits.heap_bytes)?;
    eval.set_max_tick_count(session.steps_left.get().max(1))?;
    eval.set_check_cancelled(Box::new(|| session.check_expired()));
    Ok(())
}

/// Takes what an evaluator has used from what the session has left.
pub fn settle(eval: &Evaluator, session: &Session) {
    let used = eval.get_total_tick_count();
    session
        .steps_left
        .set(session.steps_left.get().saturating_sub(used));
}

/// Whether an error stands for a limit, while the program that has it still runs.
pub fn is_limit(error: &starlark::Error, eval: &Evaluator) -> bool {
    let session = Session::of(eval);
    eval.get_total_tick_count() >= session.steps_left.get()
        || exceeded(error, session, eval.module()).is_some()
}

/// The limit that an error stands for. The language's errors for limits cannot be told from others
/// by their type, so this looks at what has been used.
pub fn exceeded(error: &starlark::Error, session: &Session, module: &Module) -> Option<Limit> {
    let heap_bytes = module.heap().peak_allocated_bytes() + module.frozen_heap().allocated_bytes();
    if matches!(error.kind(), ErrorKind::StackOverflow(_)) {
        Some(Limit::CallDepth)
    } else if session.expired.get() {
        Some(Limit::Time)
    } else if session.steps_left.get() == 0 {
        Some(Limit::Steps)
    } else if heap_bytes > session.request.limits.heap_bytes {
        Some(Limit::Memory)
    } else {
        None
    }
}
