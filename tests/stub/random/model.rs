//! A made-up configuration before it is text. Expressions are texts already: what is renamed is replaced in all of them.

use std::fmt::Write as _;

use super::schema::Ty;

/// The root module and, where there is one, the module that it calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) root: Module,
    pub(super) child: Option<Child>,
    /// The next number.
    pub(super) next: usize,
    pub(super) default_tags: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Child {
    pub(super) name: String,
    pub(super) module: Module,
    pub(super) repeat: Repeat,
    /// Values of the variables.
    pub(super) values: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Module {
    pub(super) variables: Vec<Variable>,
    pub(super) locals: Vec<(String, Ty, String)>,
    /// In an order in which each refers only to those before it.
    pub(super) objects: Vec<Object>,
    pub(super) outputs: Vec<Output>,
    /// Blocks that are texts: `check`, `moved`, `removed`.
    pub(super) notes: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) ty: Ty,
    pub(super) default: Option<String>,
    pub(super) sensitive: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) sensitive: bool,
}

/// A resource or a data source.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// As the schemas have it.
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) repeat: Repeat,
    pub(super) body: Body,
    pub(super) depends_on: Vec<String>,
    /// Lines of `lifecycle`.
    pub(super) lifecycle: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    pub(super) arguments: Vec<(String, String)>,
    pub(super) blocks: Vec<Inner>,
}

#[derive(Clone, Debug)]
pub(super) struct Inner {
    pub(super) name: String,
    /// What a dynamic block goes over.
    pub(super) over: Option<String>,
    pub(super) body: Body,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Repeat {
    #[default]
    Once,
    /// `count`, and how it is written.
    Count(usize, String),
    /// `for_each` over keys, and how that is written.
    Each(Vec<String>, String),
}

impl Object {
    /// Its address without a key.
    pub(super) fn address(&self) -> String {
        format!("{}.{}", self.kind, self.name)
    }

    pub(super) fn is_data(&self) -> bool {
        self.kind.starts_with("data.")
    }
}

impl Repeat {
    /// The keys of its instances.
    pub(super) fn keys(&self) -> Vec<String> {
        match self {
            Repeat::Once => vec![String::new()],
            Repeat::Count(count, _) => (0..*count).map(|index| format!("[{index}]")).collect(),
            Repeat::Each(keys, _) => keys.iter().map(|key| format!("[{key:?}]")).collect(),
        }
    }

    fn write(&self, text: &mut String) {
        match self {
            Repeat::Once => {}
            Repeat::Count(_, written) => line(text, 1, &format!("count = {written}")),
            Repeat::Each(_, written) => line(text, 1, &format!("for_each = {written}")),
        }
    }
}

impl Model {
    /// A new number.
    pub(super) fn number(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    /// The text of the root module.
    pub(super) fn main(&self) -> String {
        let mut text = String::from("provider \"aws\" {\n  region = \"eu-west-1\"\n");
        if let Some(tags) = &self.default_tags {
            let _ = write!(text, "  default_tags {{\n    tags = {tags}\n  }}\n");
        }
        text.push_str(PROVIDERS);
        if let Some(child) = &self.child {
            let _ = write!(text, "module \"{}\" {{\n  source = \"./m\"\n", child.name);
            child.repeat.write(&mut text);
            for (name, value) in &child.values {
                line(&mut text, 1, &format!("{name} = {value}"));
            }
            text.push_str("}\n");
        }
        text + &self.root.text()
    }
}

/// How Kubernetes is reached: through a cluster that is there.
const PROVIDERS: &str = r#"}
data "aws_eks_cluster" "here" {
  name = "main"
}
provider "kubernetes" {
  host = data.aws_eks_cluster.here.endpoint
  token = "x"
}
"#;

impl Module {
    /// Replaces a text in every expression.
    pub(super) fn replace(&mut self, from: &str, to: &str) {
        let mut texts: Vec<&mut String> = Vec::new();
        texts.extend(self.locals.iter_mut().map(|local| &mut local.2));
        texts.extend(self.outputs.iter_mut().map(|output| &mut output.value));
        texts.extend(&mut self.notes);
        for object in &mut self.objects {
            texts.extend(&mut object.depends_on);
            texts.extend(&mut object.lifecycle);
            object.body.texts(&mut texts);
        }
        for text in texts {
            *text = text.replace(from, to);
        }
    }

    /// Its text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for variable in &self.variables {
            let _ = write!(
                text,
                "variable \"{}\" {{\n  type = {}\n",
                variable.name,
                written(variable.ty)
            );
            if let Some(default) = &variable.default {
                line(&mut text, 1, &format!("default = {default}"));
            }
            if variable.sensitive {
                line(&mut text, 1, "sensitive = true");
            }
            text.push_str("}\n");
        }
        if !self.locals.is_empty() {
            text.push_str("locals {\n");
            for (name, _, value) in &self.locals {
                line(&mut text, 1, &format!("{name} = {value}"));
            }
            text.push_str("}\n");
        }
        for object in &self.objects {
            object.write(&mut text);
        }
        for output in &self.outputs {
            let _ = writeln!(text, "output \"{}\" {{", output.name);
            line(&mut text, 1, &format!("value = {}", output.value));
            if output.sensitive {
                line(&mut text, 1, "sensitive = true");
            }
            text.push_str("}\n");
        }
        for note in &self.notes {
            text.push_str(note);
        }
        text
    }
}

impl Object {
    fn write(&self, text: &mut String) {
        let (block, kind) = match self.kind.strip_prefix("data.") {
            Some(kind) => ("data", kind),
            None => ("resource", &*self.kind),
        };
        let _ = writeln!(text, "{block} \"{kind}\" \"{}\" {{", self.name);
        self.repeat.write(text);
        self.body.write(text, 1);
        if !self.depends_on.is_empty() {
            line(
                text,
                1,
                &format!("depends_on = [{}]", self.depends_on.join(", ")),
            );
        }
        if !self.lifecycle.is_empty() {
            line(text, 1, "lifecycle {");
            for one in &self.lifecycle {
                line(text, 2, one);
            }
            line(text, 1, "}");
        }
        text.push_str("}\n");
    }
}

impl Body {
    fn texts<'a>(&'a mut self, found: &mut Vec<&'a mut String>) {
        found.extend(self.arguments.iter_mut().map(|(_, value)| value));
        for block in &mut self.blocks {
            found.extend(&mut block.over);
            block.body.texts(found);
        }
    }

    fn write(&self, text: &mut String, indent: usize) {
        for (name, value) in &self.arguments {
            line(text, indent, &format!("{name} = {value}"));
        }
        for block in &self.blocks {
            let Some(over) = &block.over else {
                line(text, indent, &format!("{} {{", block.name));
                block.body.write(text, indent + 1);
                line(text, indent, "}");
                continue;
            };
            line(text, indent, &format!("dynamic \"{}\" {{", block.name));
            line(text, indent + 1, &format!("for_each = {over}"));
            line(text, indent + 1, "content {");
            block.body.write(text, indent + 2);
            line(text, indent + 1, "}");
            line(text, indent, "}");
        }
    }
}

/// A type as it is written.
fn written(ty: Ty) -> &'static str {
    match ty {
        Ty::Text => "string",
        Ty::Number => "number",
        Ty::Truth => "bool",
        Ty::List => "list(string)",
        Ty::Set => "set(string)",
        Ty::Map => "map(string)",
        Ty::Other => "any",
    }
}

fn line(text: &mut String, indent: usize, what: &str) {
    let _ = writeln!(text, "{:1$}{what}", "", indent * 2);
}
