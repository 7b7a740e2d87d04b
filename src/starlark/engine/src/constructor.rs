//! The function that makes constructed values of one name.

use std::fmt;

use allocative::Allocative;
use dupe::Dupe;
use pagable::Pagable;
use pagable::pagable_typetag;
use starlark::eval::Arguments;
use starlark::eval::Evaluator;
use starlark::eval::ParametersSpec;
use starlark::eval::ParametersSpecParam;
use starlark::starlark_simple_value;
use starlark::type_matcher;
use starlark::typing::Ty;
use starlark::typing::TyStarlarkValue;
use starlark::typing::TyUser;
use starlark::typing::TyUserFields;
use starlark::typing::TyUserParams;
use starlark::values::FrozenValue;
use starlark::values::NoSerialize;
use starlark::values::ProvidesStaticType;
use starlark::values::StarlarkPagablePanic;
use starlark::values::StarlarkValue;
use starlark::values::Value;
use starlark::values::starlark_value;
use starlark::values::typing::TypeInstanceId;
use starlark::values::typing::TypeMatcher;
use starlark::values::typing::TypeMatcherDyn;
use starlark::values::typing::TypeMatcherFactory;

use crate::constructed::Constructed;
use crate::frame::Position;
use crate::request::ConstructorSpec;

#[derive(Debug, ProvidesStaticType, NoSerialize, Allocative, StarlarkPagablePanic)]
pub struct Constructor {
    name: String,
    parameters: Vec<String>,
    signature: ParametersSpec<FrozenValue>,
    /// What the name means as a type annotation.
    instance: Ty,
}

starlark_simple_value!(Constructor);

impl Constructor {
    pub fn new(spec: &ConstructorSpec) -> starlark::Result<Constructor> {
        Ok(Constructor {
            name: spec.name.clone(),
            parameters: spec.parameters.iter().map(|p| p.name.clone()).collect(),
            signature: signature(spec),
            instance: instance_type(&spec.name)?,
        })
    }
}

fn signature(spec: &ConstructorSpec) -> ParametersSpec<FrozenValue> {
    let parameters = spec.parameters.iter().map(|parameter| {
        let kind = match parameter.required {
            true => ParametersSpecParam::Required,
            false => ParametersSpecParam::Optional,
        };
        (parameter.name.as_str(), kind)
    });
    if spec.keyword_only {
        return ParametersSpec::new_named_only(&spec.name, parameters);
    }
    ParametersSpec::new_parts(&spec.name, [], parameters, false, [], false)
}

fn instance_type(name: &str) -> starlark::Result<Ty> {
    let matcher = MadeBy {
        constructor: name.to_owned(),
    };
    Ok(Ty::custom(TyUser::new(
        name.to_owned(),
        TyStarlarkValue::new::<Constructed>(),
        TypeInstanceId::r#gen(),
        TyUserParams {
            matcher: Some(TypeMatcherFactory::new(matcher)),
            fields: TyUserFields::unknown(),
            ..TyUserParams::default()
        },
    )?))
}

impl fmt::Display for Constructor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[starlark_value(type = "function")]
impl<'v> StarlarkValue<'v> for Constructor {
    fn invoke(
        &self,
        _me: Value<'v>,
        args: &Arguments<'v, '_>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        self.signature.parser(args, eval, |parser, eval| {
            let mut fields = Vec::new();
            for name in &self.parameters {
                if let Some(value) = parser.next_opt()? {
                    fields.push((name.clone(), value));
                }
            }
            let name = self.name.clone();
            let at = Position::of_call(eval);
            Ok(eval.heap().alloc(Constructed { name, fields, at }))
        })
    }

    fn eval_type(&self) -> Option<Ty> {
        Some(self.instance.dupe())
    }
}

/// Matches what one constructor makes.
#[derive(Hash, Debug, Eq, PartialEq, Clone, Allocative, Pagable)]
#[pagable_typetag(TypeMatcherDyn)]
struct MadeBy {
    constructor: String,
}

#[type_matcher]
impl TypeMatcher for MadeBy {
    fn matches(&self, value: Value) -> bool {
        Constructed::from_value(value).is_some_and(|made| made.name == self.constructor)
    }
}
