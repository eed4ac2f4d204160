//! Functions between texts and the bytes that another charset writes for them.
//!
//! Charsets of one byte a character are tables in `charsets.txt`; those of several bytes are the WHATWG's.

use super::arguments::Arguments;
use super::encoding::base64;
use super::signature::Parameter as P;
use super::{Accepts, Answer, Function, Returns, wrong};
use crate::value::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::Encoding;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const TEXT: Returns = Returns::Always(Accepts::String);
const ENCODING: P = P::new(
    "encoding",
    Accepts::String,
    "The charset, by a name of the IANA registry; small and capital letters are the same.",
);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "textdecodebase64",
        "Decodes base64 to the bytes of a text in a charset, and these to the text.",
        (r#"textdecodebase64("aABpAA==", "UTF-16LE")"#, r#""hi""#),
        TEXT,
        decode,
    )
    .takes(&[
        P::new("source", Accepts::String, "The bytes, in base64."),
        ENCODING,
    ]),
    Function::new(
        "textencodebase64",
        "Encodes a text in a charset, and the bytes as base64.",
        (r#"textencodebase64("hi", "UTF-16LE")"#, r#""aABpAA==""#),
        TEXT,
        encode,
    )
    .takes(&[P::new("string", Accepts::String, "The text."), ENCODING]),
];

/// A way to write texts as bytes.
enum Charset {
    Utf8,
    Utf16 { little: bool, mark: bool },
    Table(Box<[Option<char>]>),
    Several(&'static Encoding),
}

/// A charset with the name that messages give it.
struct Named {
    name: &'static str,
    charset: Charset,
}

/// The charsets of several bytes a character, with their other names.
const SEVERAL: [(&str, &[&str], &Encoding); 7] = [
    ("Big5", &["csbig5"], encoding_rs::BIG5),
    ("EUC-KR", &["cseuckr"], encoding_rs::EUC_KR),
    (
        "Extended_UNIX_Code_Packed_Format_for_Japanese",
        &["cseucpkdfmtjapanese", "euc-jp"],
        encoding_rs::EUC_JP,
    ),
    ("GB18030", &["csgb18030"], encoding_rs::GB18030),
    (
        "GBK",
        &["cp936", "csgbk", "ms936", "windows-936"],
        encoding_rs::GBK,
    ),
    ("ISO-2022-JP", &["csiso2022jp"], encoding_rs::ISO_2022_JP),
    (
        "Shift_JIS",
        &["csshiftjis", "ms_kanji"],
        encoding_rs::SHIFT_JIS,
    ),
];

const UNICODE: [(&str, &[&str], Charset); 4] = [
    ("UTF-8", &["csutf8"], Charset::Utf8),
    ("UTF-16", &["csutf16"], utf16(false, true)),
    ("UTF-16BE", &["csutf16be"], utf16(false, false)),
    ("UTF-16LE", &["csutf16le"], utf16(true, false)),
];

const fn utf16(little: bool, mark: bool) -> Charset {
    Charset::Utf16 { little, mark }
}

/// The charset of a name.
fn charset(given: &str) -> Option<&'static Named> {
    static BY_NAME: LazyLock<(Vec<Named>, BTreeMap<String, usize>)> = LazyLock::new(|| {
        let tables = include_str!("charsets.txt").lines();
        let tables = tables.filter_map(|line| {
            let mut parts = line.split(' ').filter(|_| !line.starts_with('#'));
            let (name, others) = (parts.next()?, parts.next()?);
            Some((name, others.split(',').collect(), table(parts.next()?)))
        });
        let several = SEVERAL.into_iter();
        let several = several
            .map(|(name, others, encoding)| (name, others.to_vec(), Charset::Several(encoding)));
        let unicode = UNICODE.into_iter();
        let unicode = unicode.map(|(name, others, charset)| (name, others.to_vec(), charset));
        let mut all = Vec::new();
        let mut names = BTreeMap::new();
        for (name, others, charset) in unicode.chain(several).chain(tables) {
            for other in others.iter().chain([&name]) {
                names.insert(other.to_lowercase(), all.len());
            }
            all.push(Named { name, charset });
        }
        (all, names)
    });
    let at = BY_NAME.1.get(&given.trim().to_lowercase())?;
    BY_NAME.0.get(*at)
}

/// The table of a line of `charsets.txt`; one of half the bytes goes on from ASCII.
fn table(line: &str) -> Charset {
    let character = |written: char| match written {
        '�' => None,
        '\u{2800}'..='\u{28ff}' => char::from_u32(u32::from(written) - 0x2800),
        other => Some(other),
    };
    let own: Vec<Option<char>> = line.chars().map(character).collect();
    let ascii = (0..128_u8).map(|byte| Some(char::from(byte)));
    let ascii = ascii.take(256_usize.saturating_sub(own.len()));
    Charset::Table(ascii.chain(own).collect())
}

impl Charset {
    /// The bytes of a text; `None` when it has a character that the charset has not.
    fn bytes(&self, text: &str) -> Option<Vec<u8>> {
        match self {
            Charset::Utf8 => Some(text.as_bytes().to_vec()),
            Charset::Utf16 { little, mark } => {
                let units = mark
                    .then_some(0xfeff)
                    .into_iter()
                    .chain(text.encode_utf16());
                let bytes = units.map(|unit| match little {
                    true => unit.to_le_bytes(),
                    false => unit.to_be_bytes(),
                });
                Some(bytes.flatten().collect())
            }
            Charset::Table(characters) => {
                let byte = |character| {
                    let at = characters.iter().position(|own| *own == Some(character))?;
                    u8::try_from(at).ok()
                };
                text.chars().map(byte).collect()
            }
            Charset::Several(encoding) => {
                let (bytes, _, replaced) = encoding.encode(text);
                (!replaced).then(|| bytes.into_owned())
            }
        }
    }

    /// The text of the bytes; `None` when some mean nothing in the charset.
    fn text(&self, bytes: &[u8]) -> Option<String> {
        let text = match self {
            Charset::Utf8 => String::from_utf8(bytes.to_vec()).ok()?,
            Charset::Utf16 { little, mark } => utf16_text(bytes, *little, *mark)?,
            Charset::Table(characters) => {
                let character = |byte: &u8| characters.get(usize::from(*byte)).copied().flatten();
                bytes.iter().map(character).collect::<Option<String>>()?
            }
            Charset::Several(encoding) => encoding
                .decode_without_bom_handling_and_without_replacement(bytes)?
                .into_owned(),
        };
        // Terraform takes this one for a sign of failure, wherever it comes from.
        (!text.contains('\u{fffd}')).then_some(text)
    }
}

/// The text of bytes in UTF-16, whose order a mark at the beginning may tell.
fn utf16_text(bytes: &[u8], mut little: bool, mark: bool) -> Option<String> {
    let mut rest = bytes;
    if mark {
        let marked = |order: [u8; 2]| bytes.strip_prefix(&order);
        if let Some(after) = marked([0xfe, 0xff]) {
            rest = after;
        } else if let Some(after) = marked([0xff, 0xfe]) {
            (rest, little) = (after, true);
        }
    }
    let (units, []) = rest.as_chunks::<2>() else {
        return None;
    };
    let units = units.iter().map(|unit| match little {
        true => u16::from_le_bytes(*unit),
        false => u16::from_be_bytes(*unit),
    });
    char::decode_utf16(units)
        .collect::<Result<String, _>>()
        .ok()
}

fn asked_for(call: &Arguments<'_>) -> Result<&'static Named, super::CallError> {
    let given = call.text(1)?;
    charset(given).ok_or_else(|| {
        wrong(
            1,
            format!("{given:?} is not an encoding of the IANA registry that is supported here"),
        )
    })
}

fn encode(call: &Arguments<'_>) -> Answer {
    let named = asked_for(call)?;
    let bytes = named.charset.bytes(call.text(0)?).ok_or_else(|| {
        wrong(
            0,
            format!(
                "the given string contains characters that cannot be represented in {}",
                named.name
            ),
        )
    })?;
    Ok(Value::string(base64(&bytes)))
}

fn decode(call: &Arguments<'_>) -> Answer {
    let named = asked_for(call)?;
    let plain = call.text(0)?.replace(['\r', '\n'], "");
    let bytes = STANDARD
        .decode(plain)
        .map_err(|error| wrong(0, format!("the given value is not valid base64: {error}")))?;
    let text = named.charset.text(&bytes).ok_or_else(|| {
        wrong(
            0,
            format!(
                "the given string contains symbols that are not defined for {}",
                named.name
            ),
        )
    })?;
    Ok(Value::string(text))
}
