//! Places in a program's files.

use allocative::Allocative;
use serde::Serialize;
use starlark::codemap::FileSpan;
use starlark::eval::Evaluator;
use starlark::values::Freeze;
use starlark::values::FreezeResult;
use starlark::values::Freezer;
use starlark::values::Trace;

/// A place in a file; line and column start at 1.
#[derive(Debug, Clone, PartialEq, Serialize, Allocative, Trace)]
pub struct Position {
    pub file: String,
    pub line: usize,
    pub column: usize,
}

impl Position {
    pub fn of_span(span: &FileSpan) -> Position {
        let begin = span.resolve_span().begin;
        Position {
            file: span.filename().to_owned(),
            line: begin.line + 1,
            column: begin.column + 1,
        }
    }

    /// Where the native function that runs now was called, or the function that calls it for one
    /// that has no place of its own (as within `map`).
    pub fn of_call(eval: &Evaluator) -> Option<Position> {
        let mut depths = 0..eval.call_stack_count();
        let span = depths.find_map(|depth| eval.call_stack_nth_location(depth))?;
        Some(Position::of_span(&span))
    }
}

impl Freeze for Position {
    type Frozen = Position;

    fn freeze(self, _freezer: &Freezer) -> FreezeResult<Position> {
        Ok(self)
    }
}

/// One line of a back-trace.
#[derive(Serialize)]
pub struct Frame {
    /// The function that was running, `None` for a file's own statements.
    pub function: Option<String>,
    pub at: Position,
}
