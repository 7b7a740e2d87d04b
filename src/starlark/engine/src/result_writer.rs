//! Writes a value as JSON that tells types apart and keeps integers exact.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;
use starlark::values::Heap;
use starlark::values::Value;
use starlark::values::dict::DictRef;
use starlark::values::enumeration::EnumValue;
use starlark::values::list::ListRef;
use starlark::values::record::Record;
use starlark::values::structs::StructRef;
use starlark::values::tuple::TupleRef;

use crate::constructed::Constructed;
use crate::failure::Failure;
use crate::failure::Kind;
use crate::inputs::Inputs;
use crate::limits::Limit;
use crate::session::Session;

/// Values within values.
const MAX_DEPTH: usize = 100;
/// Lists that share parts can be written far larger than they are.
const MAX_BYTES: usize = 8 * 1024 * 1024;
const MAX_OPAQUE_CHARS: usize = 200;

/// Gives the JSON of a value, or says why it has none: it contains itself, or is too deep or large.
pub fn write<'v>(
    value: Value<'v>,
    heap: Heap<'v>,
    session: &Session,
) -> Result<Box<RawValue>, Failure> {
    let mut writer = Writer {
        json: String::new(),
        path: Vec::new(),
        heap,
        session,
    };
    writer.value(value)?;
    RawValue::from_string(writer.json).map_err(|e| Failure::new(Kind::Result, e.to_string()))
}

struct Writer<'v, 's> {
    json: String,
    /// The values that contain the one being written.
    path: Vec<Value<'v>>,
    heap: Heap<'v>,
    session: &'s Session<'s>,
}

impl<'v> Writer<'v, '_> {
    fn value(&mut self, value: Value<'v>) -> Result<(), Failure> {
        match value.get_type() {
            "NoneType" => self.json.push_str(r#"{"type":"none"}"#),
            kind @ "bool" => self.scalar(kind, value.to_bool()),
            kind @ ("int" | "float") => self.scalar(kind, value.to_str()),
            kind @ "string" => self.scalar(kind, value.unpack_str().unwrap_or_default()),
            _ => {
                self.enter(value)?;
                self.compound(value)?;
                self.path.pop();
            }
        }
        if self.json.len() > MAX_BYTES {
            let message = "the returned value is too large";
            return Err(Failure::of_limit(Limit::ResultSize, message));
        }
        Ok(())
    }

    fn enter(&mut self, value: Value<'v>) -> Result<(), Failure> {
        if self.path.iter().any(|outer| outer.ptr_eq(value)) {
            let kind = value.get_type();
            return Err(Failure::new(
                Kind::Result,
                format!("the returned value has no end: a {kind} contains itself"),
            ));
        }
        if self.path.len() >= MAX_DEPTH {
            return Err(Failure::of_limit(
                Limit::ResultDepth,
                "the returned value is too deep",
            ));
        }
        self.path.push(value);
        Ok(())
    }

    fn compound(&mut self, value: Value<'v>) -> Result<(), Failure> {
        if let Some(list) = ListRef::from_value(value) {
            self.items("list", list.iter())
        } else if let Some(tuple) = TupleRef::from_value(value) {
            self.items("tuple", tuple.iter())
        } else if let Some(dict) = DictRef::from_value(value) {
            self.entries(&dict)
        } else if let Some(fields) = StructRef::from_value(value) {
            self.open("struct");
            self.fields(fields.iter().map(|(name, value)| (name.as_str(), value)))
        } else if let Some(record) = Record::from_value(value) {
            self.open("record");
            self.fields(record.iter())
        } else if let Some(constructed) = Constructed::from_value(value) {
            self.constructed(constructed)
        } else if let Some(inputs) = Inputs::from_value(value) {
            self.inputs(inputs);
            Ok(())
        } else if EnumValue::from_value(value).is_some() {
            self.enum_value(value)
        } else if value.get_type() == "set" {
            let items = value
                .iterate(self.heap)
                .map_err(|e| Failure::of_error(&e))?;
            self.items("set", items)
        } else {
            self.opaque(value);
            Ok(())
        }
    }

    fn items(&mut self, kind: &str, items: impl Iterator<Item = Value<'v>>) -> Result<(), Failure> {
        self.open(kind);
        self.json.push_str(r#","items":["#);
        for (i, item) in items.enumerate() {
            self.comma(i);
            self.value(item)?;
        }
        self.json.push_str("]}");
        Ok(())
    }

    fn entries(&mut self, dict: &DictRef<'v>) -> Result<(), Failure> {
        self.json.push_str(r#"{"type":"dict","entries":["#);
        for (i, (key, value)) in dict.iter().enumerate() {
            self.comma(i);
            self.json.push('[');
            self.value(key)?;
            self.json.push(',');
            self.value(value)?;
            self.json.push(']');
        }
        self.json.push_str("]}");
        Ok(())
    }

    /// Ends the object that is open.
    fn fields<'a>(
        &mut self,
        fields: impl Iterator<Item = (&'a str, Value<'v>)>,
    ) -> Result<(), Failure> {
        self.json.push_str(r#","fields":{"#);
        for (i, (name, value)) in fields.enumerate() {
            self.comma(i);
            self.text(name);
            self.json.push(':');
            self.value(value)?;
        }
        self.json.push_str("}}");
        Ok(())
    }

    fn constructed(&mut self, constructed: &Constructed<'v>) -> Result<(), Failure> {
        self.open("constructed");
        self.json.push_str(r#","name":"#);
        self.text(&constructed.name);
        self.json.push_str(r#","at":"#);
        self.text(&constructed.at);
        let fields = constructed.fields.iter();
        self.fields(fields.map(|(name, value)| (name.as_str(), *value)))
    }

    /// Shows the inputs that have a value. Whoever gets to see them has asked for them.
    fn inputs(&mut self, inputs: &Inputs) {
        self.open("inputs");
        self.json.push_str(r#","values":"#);
        let values = inputs.0.iter().filter(|(_, value)| value.is_some());
        self.text(&values.clone().collect::<BTreeMap<_, _>>());
        for (name, _) in values {
            self.session.note_asked(name);
        }
        self.json.push('}');
    }

    fn enum_value(&mut self, value: Value<'v>) -> Result<(), Failure> {
        let inner = value.get_attr_error("value", self.heap);
        self.open("enum");
        self.json.push_str(r#","value":"#);
        self.value(inner.map_err(|e| Failure::of_error(&e))?)?;
        self.json.push('}');
        Ok(())
    }

    fn opaque(&mut self, value: Value<'v>) {
        let text: String = value.to_str().chars().take(MAX_OPAQUE_CHARS).collect();
        self.open("opaque");
        self.json.push_str(r#","typeName":"#);
        self.text(value.get_type());
        self.json.push_str(r#","text":"#);
        self.text(&text);
        self.json.push('}');
    }

    fn scalar(&mut self, kind: &str, value: impl Serialize) {
        self.open(kind);
        self.json.push_str(r#","value":"#);
        self.text(&value);
        self.json.push('}');
    }

    fn open(&mut self, kind: &str) {
        self.json.push_str(r#"{"type":""#);
        self.json.push_str(kind);
        self.json.push('"');
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.json.push(',');
        }
    }

    fn text(&mut self, value: &(impl Serialize + ?Sized)) {
        let text = serde_json::to_string(value).expect("texts, bools and positions are JSON");
        self.json.push_str(&text);
    }
}
