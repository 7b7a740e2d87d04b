//! The names that every program can use: the language's own and the request's constructors.

use std::cell::RefCell;

use starlark::environment::Globals;
use starlark::environment::GlobalsBuilder;
use starlark::environment::LibraryExtension;
use starlark::starlark_module;
use starlark::values::Heap;
use starlark::values::StringValue;
use starlark::values::StringValueLike;
use starlark::values::Value;

use crate::constructed::Constructed;
use crate::constructor::Constructor;
use crate::request::ConstructorSpec;
use crate::request::Request;
use crate::testing;

const EXTENSIONS: [LibraryExtension; 11] = [
    LibraryExtension::EnumType,
    LibraryExtension::Filter,
    LibraryExtension::Json,
    LibraryExtension::Map,
    LibraryExtension::Partial,
    LibraryExtension::Pprint,
    LibraryExtension::Print,
    LibraryExtension::RecordType,
    LibraryExtension::SetType,
    LibraryExtension::StructType,
    LibraryExtension::Typing,
];

thread_local! {
    static LAST: RefCell<Option<(Vec<ConstructorSpec>, Globals)>> = const { RefCell::new(None) };
}

/// The globals of the files of one program.
pub struct Vocabulary {
    pub globals: Globals,
    /// Those of files that test others, where there are some.
    pub testing: Option<Globals>,
}

/// Makes the names for a request, and takes its constructors.
pub fn vocabulary(request: &mut Request) -> starlark::Result<Vocabulary> {
    let testing = match request.files.iter().any(|file| file.testing) {
        true => {
            let builder = builder(&request.constructors)?.with(testing::functions);
            Some(with_constructors(builder, &request.testing_constructors)?.build())
        }
        false => None,
    };
    let globals = globals(&mut request.constructors)?;
    Ok(Vocabulary { globals, testing })
}

/// The globals for these constructors. They are frozen, so programs can share them; and as nearly
/// all requests come with the same constructors, the last ones are kept.
fn globals(constructors: &mut Vec<ConstructorSpec>) -> starlark::Result<Globals> {
    LAST.with_borrow_mut(|last| {
        if let Some((known, globals)) = last
            && known == constructors
        {
            return Ok(globals.clone());
        }
        let globals = builder(constructors)?.build();
        *last = Some((std::mem::take(constructors), globals.clone()));
        Ok(globals)
    })
}

fn builder(constructors: &[ConstructorSpec]) -> starlark::Result<GlobalsBuilder> {
    let mut builder = GlobalsBuilder::standard();
    for extension in EXTENSIONS {
        extension.add(&mut builder);
    }
    with_constructors(builder.with(own_functions), constructors)
}

fn with_constructors(
    mut builder: GlobalsBuilder,
    constructors: &[ConstructorSpec],
) -> starlark::Result<GlobalsBuilder> {
    for spec in constructors {
        builder.set(&spec.name, Constructor::new(spec)?);
    }
    Ok(builder)
}

#[starlark_module]
fn own_functions(builder: &mut GlobalsBuilder) {
    /// The name of a value's type; of a constructed value the constructor's name, which the
    /// language's own function cannot know.
    fn r#type<'v>(
        #[starlark(require = pos)] value: Value<'v>,
        heap: Heap<'v>,
    ) -> anyhow::Result<StringValue<'v>> {
        Ok(match Constructed::from_value(value) {
            Some(constructed) => heap.alloc_str(&constructed.name),
            None => value.get_type_value().to_string_value(),
        })
    }

    /// Shows how a value is made, as the language's own function does, but without the numbers that
    /// the engine gives to types: they tell how many types other programs had before.
    fn debug(#[starlark(require = pos)] value: Value) -> anyhow::Result<String> {
        Ok(hide_numbers(&format!("{value:?}"), "TypeInstanceId("))
    }
}

/// Replaces the number that follows each marker.
fn hide_numbers(text: &str, marker: &str) -> String {
    let mut parts = text.split(marker);
    let mut hidden = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        hidden.push_str(marker);
        hidden.push('_');
        hidden.push_str(part.trim_start_matches(|char: char| char.is_ascii_digit()));
    }
    hidden
}
