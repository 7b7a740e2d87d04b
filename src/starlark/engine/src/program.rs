//! One evaluation, from the request's bytes to the response's.

use serde_json::value::RawValue;
use starlark::environment::Module;
use starlark::eval::Evaluator;
use starlark::values::Value;

use crate::failure::Failure;
use crate::failure::Kind;
use crate::inputs::Inputs;
use crate::loading;
use crate::loading::Loader;
use crate::request::Request;
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
    let globals = match vocabulary::globals(&mut request.constructors) {
        Ok(globals) => globals,
        Err(error) => {
            let error = Some(Failure::new(Kind::Request, error.to_string()));
            return Response {
                error,
                ..Response::default()
            };
        }
    };
    let session = Session::new(&request, globals);
    let result = run_entry(&session);
    let (asked, output) = session.finish();
    let (value, error) = match result {
        Ok(value) => (Some(value), None),
        Err(failure) => (None, Some(failure)),
    };
    Response {
        value,
        error,
        asked,
        output,
    }
}

/// Evaluates the entry file and calls its function, before anything of it is frozen.
fn run_entry(session: &Session) -> Result<Box<RawValue>, Failure> {
    let (ast, loaded) = Loader::new(session).prepare(&session.request.entry)?;
    Module::with_temp_heap(|module| {
        let result = loading::run(&module, session, &loaded, |eval| {
            eval.eval_module(ast, &session.globals)?;
            Ok(match find_function(&module, session.request) {
                Ok(function) => Ok(call(eval, function, session.request)?),
                Err(failure) => Err(failure),
            })
        })?;
        result_writer::write(result?, module.heap())
    })
}

fn call<'v>(
    eval: &mut Evaluator<'v, '_, '_>,
    function: Value<'v>,
    request: &Request,
) -> starlark::Result<Value<'v>> {
    let inputs = eval.heap().alloc(Inputs(request.inputs.clone()));
    eval.eval_function(function, &[inputs], &[])
}

fn find_function<'v>(module: &Module<'v>, request: &Request) -> Result<Value<'v>, Failure> {
    let Request {
        entry, function, ..
    } = request;
    let expected = format!("expected a function of one argument: def {function}(ctx)");
    let value = module.get(function).ok_or_else(|| {
        Failure::new(
            Kind::NoMain,
            format!("{entry} defines no {function}: {expected}"),
        )
    })?;
    if value.get_type() != "function" {
        let found = value.get_type();
        let message = format!("{function} in {entry} is of type {found}: {expected}");
        return Err(Failure::new(Kind::NoMain, message));
    }
    Ok(value)
}
