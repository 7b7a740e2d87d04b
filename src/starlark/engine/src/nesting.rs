//! How deep brackets may go. The language's parser has no limit of its own but the stack's, which
//! is not the same everywhere; whether a program is accepted must not depend on the machine.

use starlark::codemap::CodeMap;
use starlark::codemap::FileSpan;
use starlark::codemap::Pos;
use starlark::codemap::Span;

use crate::failure::Failure;
use crate::frame::Position;
use crate::limits::Limit;

const MAX_BRACKETS: usize = 500;

/// Refuses a text whose brackets are nested too deeply. Only counts: whether they match is for the
/// parser to say.
pub fn check(path: &str, text: &str) -> Result<(), Failure> {
    let mut depth: usize = 0;
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        match first {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_BRACKETS {
            return Err(too_deep(path, text, text.len() - rest.len()));
        }
        rest = &rest[token_size(rest)..];
    }
    Ok(())
}

/// The bytes of the comment, string literal or other character that begins a text.
pub fn token_size(text: &str) -> usize {
    match text.bytes().next() {
        Some(b'#') => text.find('\n').unwrap_or(text.len()),
        Some(b'"' | b'\'') => literal_size(text),
        _ => text.chars().next().map_or(1, char::len_utf8),
    }
}

/// The bytes of the string literal that begins a text, up to the end of the text or, where it has
/// only single quotes, of the line if nothing closes it.
fn literal_size(text: &str) -> usize {
    let quote = &text[..1];
    let triple = quote.repeat(3);
    let close = if text.starts_with(&triple) {
        triple.as_str()
    } else {
        quote
    };
    let mut escaped = false;
    for (at, char) in text.char_indices().skip(close.len()) {
        if escaped {
            escaped = false;
        } else if char == '\\' {
            escaped = true;
        } else if text[at..].starts_with(close) {
            return at + close.len();
        } else if char == '\n' && close.len() == 1 {
            return at;
        }
    }
    text.len()
}

fn too_deep(path: &str, text: &str, offset: usize) -> Failure {
    let file = CodeMap::new(path.to_owned(), text.to_owned());
    let begin = Pos::new(offset as u32);
    let span = FileSpan {
        file,
        span: Span::new(begin, begin),
    };
    Failure::of_limit(Limit::Nesting, "brackets are nested too deeply")
        .at(Some(Position::of_span(&span)))
}
