//! What files that test others can use beside all else: `assert` and `ctx`.

use starlark::collections::SmallMap;
use starlark::environment::GlobalsBuilder;
use starlark::eval::Evaluator;
use starlark::starlark_module;
use starlark::values::Value;
use starlark::values::none::NoneType;

use crate::inputs::Inputs;
use crate::limits;
use crate::nesting;
use crate::session::Session;

/// The language keeps `assert` for itself, so the parser gets to see another word of its length.
const ASSERT: &str = "assert";
const ADMITTED: &str = "Assert";

const MAX_SHOWN_CHARS: usize = 1_500;

/// Adds the functions to a vocabulary.
pub fn functions(builder: &mut GlobalsBuilder) {
    builder.namespace(ADMITTED, assertions);
    makers(builder);
}

/// Lets a text use the word `assert` as a name. Places in it stay the same.
pub fn admit_assert(text: &str) -> String {
    let mut admitted = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = word_size(rest);
        let size = if word > 0 {
            word
        } else {
            nesting::token_size(rest)
        };
        let token = &rest[..size];
        admitted.push_str(if token == ASSERT { ADMITTED } else { token });
        rest = &rest[size..];
    }
    admitted
}

/// The bytes of the name or number that begins a text.
fn word_size(text: &str) -> usize {
    text.find(|char: char| !char.is_alphanumeric() && char != '_')
        .unwrap_or(text.len())
}

#[starlark_module]
fn assertions(builder: &mut GlobalsBuilder) {
    /// Both values are equal.
    fn eq<'v>(
        #[starlark(require = pos)] left: Value<'v>,
        #[starlark(require = pos)] right: Value<'v>,
    ) -> starlark::Result<NoneType> {
        let equal = left.equals(right)?;
        check(equal, || {
            format!(
                "assert.eq: the values differ\n  {}\n  {}",
                show(left),
                show(right)
            )
        })
    }

    /// The values are not equal.
    fn ne<'v>(
        #[starlark(require = pos)] left: Value<'v>,
        #[starlark(require = pos)] right: Value<'v>,
    ) -> starlark::Result<NoneType> {
        let equal = left.equals(right)?;
        check(!equal, || {
            format!("assert.ne: both values are {}", show(left))
        })
    }

    /// `item in container`.
    fn contains<'v>(
        #[starlark(require = pos)] container: Value<'v>,
        #[starlark(require = pos)] item: Value<'v>,
    ) -> starlark::Result<NoneType> {
        let found = container.is_in(item)?;
        check(found, || {
            format!(
                "assert.contains: {} is not in {}",
                show(item),
                show(container)
            )
        })
    }

    /// The value counts as true.
    fn r#true(#[starlark(require = pos)] value: Value) -> starlark::Result<NoneType> {
        check(value.to_bool(), || {
            format!("assert.true: {} is not true", show(value))
        })
    }

    /// The value counts as false.
    fn r#false(#[starlark(require = pos)] value: Value) -> starlark::Result<NoneType> {
        check(!value.to_bool(), || {
            format!("assert.false: {} is not false", show(value))
        })
    }

    /// Calling the function fails, with an error that has these words in it. Gives the whole error.
    fn fails<'v>(
        #[starlark(require = pos)] function: Value<'v>,
        #[starlark(default = "")] message: &str,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<String> {
        let error = match eval.eval_function(function, &[], &[]) {
            Ok(value) => {
                let message = format!("assert.fails: it returned {}", show(value));
                return Err(failed(message));
            }
            Err(error) => error,
        };
        // No test may carry on where its program was to be stopped.
        if limits::is_limit(&error, eval) {
            return Err(error);
        }
        let found = error.without_diagnostic().to_string();
        match found.contains(message) {
            true => Ok(found),
            false => Err(failed(format!(
                "assert.fails: it failed with other words\n  expected: {message}\n  found:    {found}"
            ))),
        }
    }
}

#[starlark_module]
fn makers(builder: &mut GlobalsBuilder) {
    /// An argument for a program's function: what the host would give it, with values of one's own.
    fn ctx<'v>(
        #[starlark(kwargs)] values: SmallMap<String, String>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Inputs> {
        let known = &Session::of(eval).request.inputs;
        let mut inputs = Inputs(known.keys().map(|name| (name.clone(), None)).collect());
        for (name, value) in values {
            let Some(place) = inputs.0.get_mut(&name) else {
                let names: Vec<&str> = known.keys().map(String::as_str).collect();
                let names = names.join(", ");
                return Err(failed(format!("ctx has no {name}; it has {names}")));
            };
            *place = Some(value);
        }
        Ok(inputs)
    }
}

/// The beginning of a value as a program would write it: an error has room for two of these.
fn show(value: Value) -> String {
    let text = value.to_repr();
    match text.char_indices().nth(MAX_SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn check(holds: bool, message: impl FnOnce() -> String) -> starlark::Result<NoneType> {
    match holds {
        true => Ok(NoneType),
        false => Err(failed(message())),
    }
}

fn failed(message: String) -> starlark::Error {
    starlark::Error::new_other(anyhow::anyhow!(message))
}
