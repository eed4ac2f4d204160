//! Going through a tree: its entries by their numbers, and expressions that know the tree that they stand in.

use super::tree::{
    Block, Call, ExpressionId, For, ForId, Form, Item, Label, Part, PartForm, Place, Quoting, Run,
    Step, Tree, number,
};
use std::sync::Arc;

impl Tree {
    /// The text that it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that it was read from, shared.
    pub fn shared_text(&self) -> &Arc<str> {
        &self.text
    }

    /// The arguments and blocks of the file; none in the tree of an expression.
    pub fn file(&self) -> &[Item] {
        self.file.map_or(&[], |file| self.items(file))
    }

    /// An expression.
    pub fn expression(&self, id: ExpressionId) -> Expr<'_> {
        Expr { tree: self, id }
    }

    /// Every expression, the parts of one before it.
    pub fn all(&self) -> impl Iterator<Item = Expr<'_>> {
        (0..number(self.expressions.len())).map(|id| self.expression(ExpressionId(id)))
    }

    /// Some expressions.
    pub fn list(&self, run: Run<ExpressionId>) -> impl ExactSizeIterator<Item = Expr<'_>> + Clone {
        let ids = self.lists.get(run.range()).unwrap_or_default();
        ids.iter().map(|id| self.expression(*id))
    }

    /// The keys and values of an object constructor.
    pub fn members(
        &self,
        run: Run<ExpressionId>,
    ) -> impl ExactSizeIterator<Item = (Expr<'_>, Expr<'_>)> + Clone {
        let ids = self.lists.get(run.range()).unwrap_or_default();
        let (pairs, _) = ids.as_chunks::<2>();
        let expression = |id| self.expression(id);
        pairs
            .iter()
            .map(move |[key, value]| (expression(*key), expression(*value)))
    }

    /// Steps into a value.
    pub fn steps(&self, run: Run<Step>) -> &[Step] {
        self.steps.get(run.range()).unwrap_or_default()
    }

    /// The parts of a template.
    pub fn parts(&self, run: Run<Part>) -> &[Part] {
        self.parts.get(run.range()).unwrap_or_default()
    }

    /// The labels of a block.
    pub fn labels(&self, run: Run<Label>) -> &[Label] {
        self.labels.get(run.range()).unwrap_or_default()
    }

    /// The arguments and blocks of a block.
    pub fn items(&self, run: Run<Item>) -> &[Item] {
        self.items.get(run.range()).unwrap_or_default()
    }

    /// A `for` expression.
    pub fn for_expression(&self, id: ForId) -> Option<&For> {
        self.fors.get(id.0 as usize)
    }

    /// The value of the argument of a name among some items.
    pub fn argument(&self, items: &[Item], name: &str) -> Option<Expr<'_>> {
        items.iter().find_map(|item| match item {
            Item::Argument(argument) if argument.name.text(&self.text) == name => {
                Some(self.expression(argument.value))
            }
            Item::Argument(_) | Item::Block(_) => None,
        })
    }

    /// The blocks at the top of the file.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.file().iter().filter_map(|item| match item {
            Item::Block(block) => Some(block),
            Item::Argument(_) => None,
        })
    }

    /// Adds a `for` expression.
    pub(super) fn add_for(&mut self, expression: For) -> ForId {
        let id = ForId(number(self.fors.len()));
        self.fors.push(expression);
        id
    }

    /// Adds an expression.
    pub(super) fn add(&mut self, place: Place, form: Form) -> ExpressionId {
        let id = ExpressionId(number(self.expressions.len()));
        self.expressions.push((place, form));
        id
    }
}

/// An expression in its tree.
#[derive(Clone, Copy, Debug)]
pub struct Expr<'t> {
    tree: &'t Tree,
    id: ExpressionId,
}

impl<'t> Expr<'t> {
    /// Its number.
    pub fn id(self) -> ExpressionId {
        self.id
    }

    /// The tree that it stands in.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// Where it stands.
    pub fn place(self) -> Place {
        self.entry().map_or(Place::default(), |(place, _)| *place)
    }

    /// What it is.
    pub fn form(self) -> &'t Form {
        self.entry().map_or(&Form::Wrong, |(_, form)| form)
    }

    fn entry(self) -> Option<&'t (Place, Form)> {
        self.tree.expressions.get(self.id.0 as usize)
    }

    /// It as it is written.
    pub fn text(self) -> &'t str {
        self.place().text(&self.tree.text)
    }

    /// Another expression of the tree.
    #[must_use]
    pub fn other(self, id: ExpressionId) -> Expr<'t> {
        self.tree.expression(id)
    }

    /// The name that it is, keywords included; `None` for anything else.
    pub fn name(self) -> Option<&'t str> {
        matches!(self.form(), Form::Name).then(|| self.text())
    }

    /// The text that it is, in quotes or a heredoc, without any sequence; `None` for anything else.
    pub fn constant_text(self) -> Option<String> {
        let Form::Template(Quoting::Quotes, parts) = self.form() else {
            return None;
        };
        match self.tree.parts(*parts) {
            [] => Some(String::new()),
            [part] if matches!(part.form, PartForm::Text) => {
                Some(super::of_quoted(part.place.text(&self.tree.text)))
            }
            _ => None,
        }
    }

    /// The function that a call names, with its namespace; `None` for anything else.
    pub fn function(self) -> Option<(Place, Call)> {
        let Form::Call(call) = self.form() else {
            return None;
        };
        let name = Place {
            end: call.name_end,
            ..self.place()
        };
        Some((name, *call))
    }
}

impl Label {
    /// What the label says: a name, or what its quotes hold.
    pub fn text(self, tree: &Tree) -> String {
        let written = self.place.text(&tree.text);
        let inside = written
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        inside.map_or_else(|| written.to_owned(), super::of_quoted)
    }
}
