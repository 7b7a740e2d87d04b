//! Why an evaluation has no value.

use serde::Serialize;
use starlark::ErrorKind;
use starlark::eval::CallStack;

use crate::frame::Frame;
use crate::frame::Position;
use crate::limits::Limit;

/// A message can hold what the program made of it, so it is cut here.
const MAX_MESSAGE_CHARS: usize = 4_000;

#[derive(Serialize)]
pub struct Failure {
    pub kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    pub message: String,
    /// The innermost place in the program that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Position>,
    /// The back-trace, outermost first.
    pub frames: Vec<Frame>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The text is no Starlark, or uses names that do not exist.
    Parse,
    /// A `load` that cannot be followed.
    Load,
    /// The function to call does not exist.
    NoMain,
    Runtime,
    Limit,
    /// The function returned something that has no end.
    Result,
    /// The host's fault.
    Request,
}

impl Failure {
    pub fn new(kind: Kind, message: impl Into<String>) -> Failure {
        let message = cut(message.into());
        Failure {
            kind,
            limit: None,
            message,
            at: None,
            frames: Vec::new(),
        }
    }

    pub fn of_limit(limit: Limit, message: impl Into<String>) -> Failure {
        Failure {
            limit: Some(limit),
            ..Failure::new(Kind::Limit, message)
        }
    }

    pub fn at(self, at: Option<Position>) -> Failure {
        Failure { at, ..self }
    }

    pub fn of_error(error: &starlark::Error) -> Failure {
        let kind = match error.kind() {
            ErrorKind::Scope(_) => Kind::Parse,
            _ => Kind::Runtime,
        };
        let span = error.span().map(Position::of_span);
        let frames = back_trace(error.call_stack(), span.clone());
        let at = frames.last().map(|frame| frame.at.clone()).or(span);
        Failure {
            at,
            frames,
            ..Failure::new(kind, error.without_diagnostic().to_string())
        }
    }
}

/// The language keeps for each call the function called and the place of the call; a back-trace
/// shows for each place the function that it is in, as Python does.
fn back_trace(stack: &CallStack, span: Option<Position>) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut function = None;
    for call in &stack.frames {
        if let Some(location) = &call.location {
            let at = Position::of_span(location);
            frames.push(Frame { function, at });
        }
        function = Some(call.name.clone());
    }
    match span {
        Some(at) if frames.last().is_none_or(|last| last.at != at) => {
            frames.push(Frame { function, at });
        }
        _ => {}
    }
    frames
}

fn cut(message: String) -> String {
    match message.char_indices().nth(MAX_MESSAGE_CHARS) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    }
}
