//! Random files, well formed and badly laid out; the same for the same number in every run.

use crate::common::random::Random;

/// A random file; `legacy` says whether it may have what formatting spells in another way.
pub(super) fn file(seed: u64, legacy: bool) -> String {
    let mut writer = Writer {
        random: Random(seed),
        text: String::new(),
        free: false,
        names: 0,
        legacy,
    };
    writer.body(3);
    if writer.random.one_in(8) {
        writer.text = writer.text.trim_end_matches(['\r', '\n']).to_owned();
        if writer.text.ends_with("EOT") {
            writer.text.push('\n');
        }
    }
    writer.text
}

struct Writer {
    random: Random,
    text: String,
    /// Whether line breaks mean nothing here, as within parentheses and brackets.
    free: bool,
    names: usize,
    legacy: bool,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Blanks that may be missing.
    fn gap(&mut self) {
        let blank = self
            .random
            .pick(&["", "", " ", " ", " ", "  ", "\t", "    "]);
        self.put(blank);
        if self.random.one_in(60) {
            self.put("/* c */");
        }
        if self.free && self.random.one_in(14) {
            let newline = self
                .random
                .pick(&["\n", "\n", "\n  ", "\n\n", " # c\n", " // é c \n"]);
            self.put(newline);
        }
    }

    /// Blanks that have to be there.
    fn blank(&mut self) {
        self.put(" ");
        self.gap();
    }

    fn name(&mut self) -> String {
        self.names += 1;
        let base =
            self.random
                .pick(&["a", "bc", "long_name", "type", "x-y", "ü", "for_each", "in"]);
        format!("{base}{}", self.names)
    }

    fn body(&mut self, depth: usize) {
        for _ in 0..self.random.below(6) {
            self.gap();
            match self.random.below(12) {
                0 => self.put("\n"),
                1 => self.put("# a comment  \n"),
                2 => self.put("/* several\n  lines */\n"),
                3 | 4 if depth > 0 => self.block(depth - 1),
                5 => self.block_of_one_line(),
                _ => {
                    self.argument();
                    self.end_of_line();
                }
            }
        }
        self.gap();
    }

    fn end_of_line(&mut self) {
        self.gap();
        let end = self
            .random
            .pick(&["\n", "\n", "\n", "\n", "\n\n", "# c\n", "  // c\n", "\r\n"]);
        self.put(end);
    }

    fn argument(&mut self) {
        let name = self.name();
        self.put(&name);
        self.gap();
        self.put("=");
        self.gap();
        if self.random.one_in(9) {
            self.heredoc();
        } else if self.legacy && self.random.one_in(6) {
            self.put("\"${");
            self.freely(|writer| writer.expression(2));
            self.put("}\"");
        } else {
            self.expression(3);
        }
    }

    fn labels(&mut self) {
        for _ in 0..self.random.below(3) {
            // Comments between labels go.
            if self.legacy {
                self.blank();
            } else {
                self.put("  ");
            }
            let label = if self.legacy {
                self.random.pick(&[
                    "\"l\"",
                    "plain",
                    "\"a b\"",
                    "\"\\u00e9\"",
                    "\"$\"",
                    "\"a$b\"",
                ])
            } else {
                self.random.pick(&["\"l\"", "\"a b\"", "\"\""])
            };
            self.put(label);
        }
        self.gap();
    }

    fn head(&mut self) {
        let kind = self.random.pick(&["resource", "variable", "locals", "x"]);
        self.put(kind);
        self.labels();
        self.put("{");
    }

    fn block(&mut self, depth: usize) {
        self.head();
        self.end_of_line();
        self.body(depth);
        self.put("}");
        self.end_of_line();
    }

    fn block_of_one_line(&mut self) {
        self.head();
        self.put(" ");
        if !self.random.one_in(3) {
            let name = self.name();
            self.put(&name);
            self.gap();
            self.put("=");
            self.gap();
            self.expression(1);
            self.gap();
        }
        self.put("}");
        self.end_of_line();
    }

    fn heredoc(&mut self) {
        let marker = self.random.pick(&["<<EOT\n", "<<-EOT\n"]);
        self.put(marker);
        for _ in 0..self.random.below(4) {
            let start =
                self.random
                    .pick(&["", "  ", "\t", "text  { ", "$${no} %%{no}", "ü ", "EOT x"]);
            self.put(start);
            match self.random.below(4) {
                0 => self.sequence(2),
                1 => {
                    self.put("%{  if  ");
                    self.freely(|writer| writer.expression(1));
                    self.put(" ~}yes%{else}no%{ endif }");
                }
                _ => {}
            }
            self.put("\n");
        }
        let end = self.random.pick(&["EOT", "  EOT", "    EOT"]);
        self.put(end);
        self.put("\n");
    }

    fn sequence(&mut self, depth: usize) {
        let begin = self.random.pick(&["${", "${", "${~"]);
        self.put(begin);
        self.freely(|writer| {
            writer.gap();
            writer.expression(depth);
            writer.gap();
        });
        let end = self.random.pick(&["}", "}", " ~}"]);
        self.put(end);
    }

    fn freely(&mut self, write: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.free, true);
        write(self);
        self.free = before;
    }

    fn expression(&mut self, depth: usize) {
        if depth == 0 {
            return self.leaf();
        }
        match self.random.below(16) {
            0 => self.tuple(depth - 1),
            1 => self.object(depth - 1),
            2 => self.call(depth - 1),
            3 => self.template(depth - 1),
            4 => self.parentheses(depth - 1),
            5 => {
                let operator = self.random.pick(&["-", "!", "- ", "! "]);
                self.put(operator);
                self.operand(depth - 1);
            }
            6 | 7 => {
                self.operand(depth - 1);
                self.blank();
                let operator = self.random.pick(&[
                    "+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||",
                ]);
                self.put(operator);
                self.blank();
                self.operand(depth - 1);
            }
            8 => {
                self.operand(depth - 1);
                for sign in ["?", ":"] {
                    self.blank();
                    self.put(sign);
                    self.blank();
                    self.operand(depth - 1);
                }
            }
            9 => self.comprehension(depth - 1),
            10 => {
                self.leaf_name();
                self.gap();
                self.index(depth - 1);
            }
            _ => self.leaf(),
        }
    }

    /// An index. Terraform loses one that is nothing but `true` or `null`, so there is none.
    fn index(&mut self, depth: usize) {
        self.put("[");
        let start = self.text.len();
        self.freely(|writer| writer.expression(depth));
        if ["true", "null"].contains(&&self.text[start..]) {
            self.text.truncate(start);
            self.put("0");
        }
        self.put("]");
    }

    /// An expression that may stand beside an operator.
    fn operand(&mut self, depth: usize) {
        match self.random.below(3) {
            0 => self.parentheses(depth),
            1 => self.call(depth),
            _ => self.leaf(),
        }
    }

    fn leaf_name(&mut self) {
        let name = self.random.pick(&[
            "a",
            "var.b",
            "local . c",
            "in",
            "x.y[0].z",
            "m[\"k\"]",
            "s[*].id",
            "s.*.id",
        ]);
        self.put(name);
    }

    fn leaf(&mut self) {
        if self.random.one_in(2) {
            return self.leaf_name();
        }
        let text = self.random.pick(&[
            "1",
            "0.5",
            "1e3",
            "true",
            "null",
            "\"\"",
            "\"text\"",
            "\"a\\\"b\\\\\"",
            "\"$${x}\"",
            "\"e\u{301}ü\"",
            "[]",
            "{}",
        ]);
        self.put(text);
    }

    fn parentheses(&mut self, depth: usize) {
        self.put("(");
        self.freely(|writer| {
            writer.gap();
            writer.expression(depth);
            writer.gap();
        });
        self.put(")");
    }

    fn template(&mut self, depth: usize) {
        self.put("\"t ");
        for _ in 0..self.random.below(3) {
            self.sequence(depth);
            let text = self.random.pick(&["", "-", " x", "$ ", "%%{"]);
            self.put(text);
        }
        self.put("\"");
    }

    fn tuple(&mut self, depth: usize) {
        self.put("[");
        self.freely(|writer| writer.items(depth));
        self.put("]");
    }

    fn items(&mut self, depth: usize) {
        self.gap();
        let count = self.random.below(4);
        for item in 0..count {
            self.expression(depth);
            self.gap();
            if item + 1 < count || self.random.one_in(4) {
                self.put(",");
                self.gap();
            }
        }
    }

    fn call(&mut self, depth: usize) {
        let name = self
            .random
            .pick(&["f", "merge", "core::f", "provider::x::y"]);
        self.put(name);
        self.put("(");
        self.freely(|writer| {
            writer.items(depth);
            if writer.text.ends_with('a') {
                writer.put("...");
            }
        });
        self.put(")");
    }

    fn object(&mut self, depth: usize) {
        let before = std::mem::replace(&mut self.free, false);
        self.put("{");
        let lines = self.random.one_in(2);
        self.gap();
        if lines {
            self.put("\n");
        }
        for _ in 0..self.random.below(4) {
            let key = self.name();
            match self.random.below(4) {
                0 => self.put(&format!("\"{key}\"")),
                1 => self.put(&format!("( {key})")),
                _ => self.put(&key),
            }
            self.gap();
            let sign = self.random.pick(&["=", "=", "=", ":"]);
            self.put(sign);
            self.gap();
            self.expression(depth);
            self.gap();
            let end = if lines {
                self.random
                    .pick(&["\n", "\n", ",\n", " # c\n", "\n  # c\n\n", ", // c\n"])
            } else {
                ","
            };
            self.put(end);
            self.gap();
        }
        self.put("}");
        self.free = before;
    }

    fn comprehension(&mut self, depth: usize) {
        let tuple = self.random.one_in(2);
        self.put(if tuple { "[" } else { "{" });
        self.freely(|writer| {
            writer.gap();
            writer.put("for");
            writer.blank();
            let names = writer.random.pick(&["k", "k , v", "k,v"]);
            writer.put(names);
            writer.put(" in ");
            writer.operand(depth);
            writer.gap();
            writer.put(":");
            writer.gap();
            writer.operand(depth);
            if !tuple {
                writer.blank();
                writer.put("=>");
                writer.blank();
                writer.operand(depth);
            }
            if writer.random.one_in(3) {
                writer.blank();
                writer.put("if ");
                writer.operand(depth);
            }
            writer.gap();
        });
        self.put(if tuple { "]" } else { "}" });
    }
}
