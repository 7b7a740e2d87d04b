//! What a constructor makes: a value that the program can carry about and read, and that the host
//! gets with its name, its arguments and the place of the call.

use std::fmt;

use allocative::Allocative;
use starlark::coerce::Coerce;
use starlark::starlark_complex_value;
use starlark::values::Freeze;
use starlark::values::Heap;
use starlark::values::NoSerialize;
use starlark::values::ProvidesStaticType;
use starlark::values::StarlarkPagablePanic;
use starlark::values::StarlarkValue;
use starlark::values::Trace;
use starlark::values::Value;
use starlark::values::ValueLifetimeless;
use starlark::values::ValueLike;
use starlark::values::starlark_value;

use crate::frame::Position;

#[derive(
    Debug, Clone, Trace, Freeze, ProvidesStaticType, NoSerialize, Allocative, StarlarkPagablePanic,
)]
#[repr(C)]
pub struct ConstructedGen<V: ValueLifetimeless> {
    /// The constructor's name.
    pub name: String,
    /// The arguments that were given, in the order of the parameters.
    pub fields: Vec<(String, V)>,
    /// Where the constructor was called.
    pub at: Option<Position>,
}

// SAFETY: `V` is all that differs, it coerces, and the layout is C's. The derive cannot see that the
// position is the same type on both sides.
unsafe impl<From: Coerce<To> + ValueLifetimeless, To: ValueLifetimeless> Coerce<ConstructedGen<To>>
    for ConstructedGen<From>
{
}

starlark_complex_value!(pub Constructed);

impl<'v, V: ValueLike<'v>> fmt::Display for ConstructedGen<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (i, (name, value)) in self.fields.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{name}={value}")?;
        }
        f.write_str(")")
    }
}

#[starlark_value(type = "constructed")]
impl<'v, V: ValueLike<'v>> StarlarkValue<'v> for ConstructedGen<V>
where
    Self: ProvidesStaticType<'v>,
{
    fn get_attr(&self, attribute: &str, _heap: Heap<'v>) -> Option<Value<'v>> {
        let field = self.fields.iter().find(|(name, _)| name == attribute)?;
        Some(field.1.to_value())
    }

    fn dir_attr(&self) -> Vec<String> {
        self.fields.iter().map(|(name, _)| name.clone()).collect()
    }

    fn collect_repr_cycle(&self, collector: &mut String) {
        collector.push_str(&self.name);
        collector.push_str("(...)");
    }

    fn equals(&self, other: Value<'v>) -> starlark::Result<bool> {
        let Some(other) = Constructed::from_value(other) else {
            return Ok(false);
        };
        if self.name != other.name || self.fields.len() != other.fields.len() {
            return Ok(false);
        }
        for ((name, value), (other_name, other_value)) in self.fields.iter().zip(&other.fields) {
            if name != other_name || !value.equals(*other_value)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
