//! One evaluation, from the request's bytes to the response's.

use starlark::environment::Module;
use starlark::eval::Evaluator;
use starlark::values::Value;

use crate::failure::Failure;
use crate::failure::Kind;
use crate::inputs::Inputs;
use crate::loading;
use crate::loading::Loader;
use crate::request::Goal;
use crate::request::Request;
use crate::response::Found;
use crate::response::Response;
use crate::result_writer;
use crate::session::Session;
use crate::vocabulary;

pub fn evaluate(request: &[u8]) -> Vec<u8> {
    let response = match serde_json::from_slice::<Request>(request) {
        Ok(request) => respond(request),
        Err(error) => {
            let error = Some(Failure::new(Kind::Request, error.to_string()));
            Response {
                error,
                ..Response::default()
            }
        }
    };
    serde_json::to_vec(&response).expect("a response has nothing that JSON cannot say")
}

fn respond(mut request: Request) -> Response {
    let vocabulary = match vocabulary::vocabulary(&mut request) {
        Ok(vocabulary) => vocabulary,
        Err(error) => {
            let error = Some(Failure::new(Kind::Request, error.to_string()));
            return Response {
                error,
                ..Response::default()
            };
        }
    };
    let session = Session::new(&request, vocabulary);
    let result = run_entry(&session);
    let (asked, output) = session.finish();
    let (found, error) = match result {
        Ok(found) => (Some(found), None),
        Err(failure) => (None, Some(failure)),
    };
    Response {
        found,
        error,
        asked,
        output,
    }
}

/// Evaluates the entry file and calls its function, before anything of it is frozen.
fn run_entry(session: &Session) -> Result<Found, Failure> {
    let (ast, loaded) = Loader::new(session).prepare(&session.request.entry)?;
    let imported: Vec<String> = ast
        .loads()
        .iter()
        .flat_map(|load| load.symbols.keys().map(|name| (*name).to_owned()))
        .collect();
    Module::with_temp_heap(|module| {
        let globals = session.globals_of(&session.request.entry);
        let value = loading::run(&module, session, &loaded, |eval| {
            eval.eval_module(ast, globals)?;
            let function = match find_function(&module, session.request) {
                Ok(function) => function,
                Err(failure) => return Ok(Err(failure)),
            };
            let value = function.map(|function| call(eval, function, session.request));
            Ok(Ok(value.transpose()?))
        })??;
        match value {
            Some(value) => result_writer::write(value, module.heap(), session).map(Found::Value),
            None => Ok(Found::Functions(functions(&module, &imported))),
        }
    })
}

fn call<'v>(
    eval: &mut Evaluator<'v, '_, '_>,
    function: Value<'v>,
    request: &Request,
) -> starlark::Result<Value<'v>> {
    if matches!(request.goal, Goal::Test { .. }) {
        return eval.eval_function(function, &[], &[]);
    }
    let inputs = eval.heap().alloc(Inputs(request.inputs.clone()));
    eval.eval_function(function, &[inputs], &[])
}

/// The function to call, `None` where none is to be called. One that is named must be there.
fn find_function<'v>(module: &Module<'v>, request: &Request) -> Result<Option<Value<'v>>, Failure> {
    let (name, expected) = match &request.goal {
        Goal::Look { function: None } => return Ok(None),
        Goal::Look {
            function: Some(name),
        }
        | Goal::Call { function: name } => (
            name,
            format!("expected a function of one argument: def {name}(ctx)"),
        ),
        Goal::Test { function: name } => (
            name,
            format!("expected a function without arguments: def {name}()"),
        ),
    };
    let entry = &request.entry;
    let value = module.get(name).ok_or_else(|| {
        Failure::new(
            Kind::NoMain,
            format!("{entry} defines no {name}: {expected}"),
        )
    })?;
    if value.get_type() != "function" {
        let found = value.get_type();
        let message = format!("{name} in {entry} is of type {found}: {expected}");
        return Err(Failure::new(Kind::NoMain, message));
    }
    Ok(Some(value).filter(|_| !matches!(request.goal, Goal::Look { .. })))
}

/// The functions that a file defines itself.
fn functions(module: &Module, imported: &[String]) -> Vec<String> {
    let names = module.names().map(|name| name.as_str().to_owned());
    let is_own = |name: &String| !imported.contains(name);
    let is_function = |name: &String| {
        let value = module.get(name);
        value.is_some_and(|value| value.get_type() == "function")
    };
    names.filter(is_own).filter(is_function).collect()
}
