//! The files of a program and how they load each other.

use std::collections::HashMap;

use starlark::codemap::FileSpan;
use starlark::codemap::FileSpanRef;
use starlark::environment::FrozenModule;
use starlark::environment::Module;
use starlark::eval::BeforeStmtFunc;
use starlark::eval::Evaluator;
use starlark::eval::ReturnFileLoader;
use starlark::syntax::AstModule;
use starlark::syntax::Dialect;
use starlark::syntax::DialectTypes;

use crate::failure::Failure;
use crate::failure::Kind;
use crate::frame::Position;
use crate::limits;
use crate::nesting;
use crate::session::Session;
use crate::testing;

/// The language of the standard and what may be added to it without harm to older programs.
const DIALECT: Dialect = Dialect {
    enable_f_strings: true,
    enable_keyword_only_arguments: true,
    enable_positional_only_arguments: true,
    enable_types: DialectTypes::Enable,
    ..Dialect::Standard
};

/// What a file's `load` statements give, by the path as it is written there.
pub type Loaded = HashMap<String, FrozenModule>;

/// Evaluates files in the order in which they need each other, each once.
pub struct Loader<'a> {
    session: &'a Session<'a>,
    modules: HashMap<String, FrozenModule>,
    /// The files from the entry to the one that is read now.
    chain: Vec<String>,
}

impl<'a> Loader<'a> {
    pub fn new(session: &'a Session<'a>) -> Self {
        Loader {
            session,
            modules: HashMap::new(),
            chain: Vec::new(),
        }
    }

    /// Reads a file and evaluates all that it loads, but not the file itself.
    pub fn prepare(&mut self, path: &str) -> Result<(AstModule, Loaded), Failure> {
        let ast = self.parse(path)?;
        self.chain.push(path.to_owned());
        let mut loaded = Loaded::new();
        for load in ast.loads() {
            let module = self.follow(path, load.module_id, &load.span)?;
            loaded.insert(load.module_id.to_owned(), module);
        }
        self.chain.pop();
        Ok((ast, loaded))
    }

    fn parse(&self, path: &str) -> Result<AstModule, Failure> {
        let request = self.session.request;
        let Some(index) = request.index_of(path) else {
            return Err(Failure::new(Kind::Load, format!("there is no file {path}")));
        };
        let file = &request.files[index];
        self.session.enter_file(path);
        nesting::check(path, &file.text)?;
        let text = match file.testing {
            true => testing::admit_assert(&file.text),
            false => file.text.clone(),
        };
        AstModule::parse(path, text, &DIALECT).map_err(|error| Failure {
            kind: Kind::Parse,
            ..Failure::of_error(&error)
        })
    }

    fn follow(&mut self, from: &str, text: &str, span: &FileSpan) -> Result<FrozenModule, Failure> {
        let fail = |what: String| Failure::new(Kind::Load, what).at(Some(Position::of_span(span)));
        let path = resolve(from, text).map_err(&fail)?;
        if let Some(module) = self.modules.get(&path) {
            return Ok(module.clone());
        }
        let chain = format!("{} loads {path}", self.chain.join(" loads "));
        if self.chain.contains(&path) {
            return Err(fail(format!("files load each other in a circle: {chain}")));
        }
        if self.session.request.index_of(&path).is_none() {
            return Err(fail(format!("there is no file {path}: {chain}")));
        }
        let module = self.evaluate(&path)?;
        self.modules.insert(path, module.clone());
        Ok(module)
    }

    fn evaluate(&mut self, path: &str) -> Result<FrozenModule, Failure> {
        let (ast, loaded) = self.prepare(path)?;
        Module::with_temp_heap(|module| {
            run(&module, self.session, &loaded, |eval| {
                eval.eval_module(ast, self.session.globals_of(path))
                    .map(|_| ())
            })?;
            module
                .freeze()
                .map_err(|error| Failure::of_error(&error.into()))
        })
    }
}

/// Runs something in a fresh evaluator of a module, within the session's limits.
pub fn run<'v, T>(
    module: &Module<'v>,
    session: &Session,
    loaded: &Loaded,
    work: impl FnOnce(&mut Evaluator<'v, '_, '_>) -> starlark::Result<T>,
) -> Result<T, Failure> {
    let modules = loaded
        .iter()
        .map(|(path, module)| (path.as_str(), module))
        .collect();
    let loader = ReturnFileLoader { modules: &modules };
    // Made for debuggers, and the only way to know the statement when the host has to end the run.
    let track = |span: FileSpanRef, _: bool, _: &mut Evaluator| session.enter_statement(span);
    let mut eval = Evaluator::new(module);
    eval.extra = Some(session);
    eval.set_loader(&loader);
    eval.set_print_handler(session);
    eval.before_stmt_for_dap(BeforeStmtFunc::Fn(&track));
    limits::apply(&mut eval, session)
        .map_err(|error| Failure::new(Kind::Request, error.to_string()))?;
    let result = work(&mut eval);
    limits::settle(&eval, session);
    result.map_err(|error| {
        let failure = Failure::of_error(&error);
        match limits::exceeded(&error, session, module) {
            Some(limit) => Failure {
                kind: Kind::Limit,
                limit: Some(limit),
                ..failure
            },
            None => failure,
        }
    })
}

/// The path that a `load` statement means: `//` begins at the root, all else beside the file.
fn resolve(from: &str, text: &str) -> Result<String, String> {
    let (base, rest) = match text.strip_prefix("//") {
        Some(rest) => ("", rest),
        None => (from.rsplit_once('/').map_or("", |(folder, _)| folder), text),
    };
    if rest.starts_with('/') {
        return Err(format!(
            "\"{text}\" is no path: write // for the root, or a relative path"
        ));
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(rest.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => {
                return Err(format!("\"{text}\" leads out of the program's root folder"));
            }
            ".." => {}
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}
