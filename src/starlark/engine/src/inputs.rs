//! The argument of the program's function: an object with one method per input.

use std::collections::BTreeMap;
use std::fmt;

use allocative::Allocative;
use starlark::eval::Arguments;
use starlark::eval::Evaluator;
use starlark::starlark_simple_value;
use starlark::values::Heap;
use starlark::values::NoSerialize;
use starlark::values::ProvidesStaticType;
use starlark::values::StarlarkPagablePanic;
use starlark::values::StarlarkValue;
use starlark::values::Value;
use starlark::values::starlark_value;

use crate::session::Session;

/// What the argument is called in errors, whatever the program calls it.
const NAME: &str = "ctx";

/// The object. Its `Debug` shows no values: a program that calls `debug` would have seen them without
/// asking.
#[derive(Clone, ProvidesStaticType, NoSerialize, Allocative, StarlarkPagablePanic)]
pub struct Inputs(pub BTreeMap<String, Option<String>>);

impl fmt::Display for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAME)
    }
}

impl fmt::Debug for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

starlark_simple_value!(Inputs);

#[starlark_value(type = "ctx")]
impl<'v> StarlarkValue<'v> for Inputs {
    fn get_attr(&self, attribute: &str, heap: Heap<'v>) -> Option<Value<'v>> {
        let value = self.0.get(attribute)?.clone();
        let name = attribute.to_owned();
        Some(heap.alloc_simple(Input { name, value }))
    }

    fn dir_attr(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

/// One of its methods.
#[derive(ProvidesStaticType, NoSerialize, Allocative, StarlarkPagablePanic)]
struct Input {
    name: String,
    value: Option<String>,
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{NAME}.{}", self.name)
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

starlark_simple_value!(Input);

#[starlark_value(type = "function")]
impl<'v> StarlarkValue<'v> for Input {
    fn invoke(
        &self,
        _me: Value<'v>,
        args: &Arguments<'v, '_>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        args.no_positional_args(eval.heap())?;
        args.no_named_args()?;
        Session::of(eval).note_asked(&self.name);
        match &self.value {
            Some(value) => Ok(eval.heap().alloc(value.as_str())),
            None => Err(starlark::Error::new_other(anyhow::anyhow!(
                "{self}() has no value here"
            ))),
        }
    }
}
