//! Private RSA keys in the forms that `rsadecrypt` takes.

use aws_lc_rs::rsa::PrivateDecryptingKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dashu_int::UBig;

/// The key of a text in PEM, or why there is none.
pub(super) fn read(text: &str) -> Result<PrivateDecryptingKey, &'static str> {
    let (label, body) = pem(text).ok_or("no key found")?;
    let der = match label {
        "RSA PRIVATE KEY" => pkcs8(&body),
        "PRIVATE KEY" => body,
        "OPENSSH PRIVATE KEY" => {
            pkcs8(&openssh(&body).ok_or("it is encrypted, damaged or no RSA key")?)
        }
        _ => return Err("it is of a kind that is not supported"),
    };
    PrivateDecryptingKey::from_pkcs8(&der)
        .map_err(|_| "it is damaged, or no RSA key of 2048 to 8192 bits")
}

/// The label and the content of the first block that is not encrypted.
fn pem(text: &str) -> Option<(&str, Vec<u8>)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once("-----END ")?;
    let plain: String = body.split_whitespace().collect();
    Some((label, STANDARD.decode(plain).ok()?))
}

/// A DER element of a tag.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut der = vec![tag];
    if content.len() < 0x80 {
        der.extend(if length.is_empty() { vec![0] } else { length });
    } else {
        der.push(0x80 | u8::try_from(length.len()).unwrap_or(0x7f));
        der.extend(length);
    }
    der.extend(content);
    der
}

/// A key of PKCS #1 in the envelope of PKCS #8.
fn pkcs8(key: &[u8]) -> Vec<u8> {
    // INTEGER 0, then the object identifier 1.2.840.113549.1.1.1 with NULL as its parameters.
    let mut content = vec![2, 1, 0];
    let mut algorithm = element(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]);
    algorithm.extend([5, 0]);
    content.extend(element(0x30, &algorithm));
    content.extend(element(4, key));
    element(0x30, &content)
}

/// The PKCS #1 form of a key as OpenSSH writes it.
fn openssh(body: &[u8]) -> Option<Vec<u8>> {
    let mut outer = Reader(body.strip_prefix(b"openssh-key-v1\0")?);
    let (cipher, derivation, _) = (outer.text()?, outer.text()?, outer.text()?);
    if (cipher, derivation) != (b"none", b"none") || outer.number()? != 1 {
        return None;
    }
    let _public = outer.text()?;
    let mut inner = Reader(outer.text()?);
    let (_check, _again) = (inner.number()?, inner.number()?);
    if inner.text()? != b"ssh-rsa" {
        return None;
    }
    let mut whole = || inner.text().map(UBig::from_be_bytes);
    let (modulus, public, private) = (whole()?, whole()?, whole()?);
    let (inverse, p, q) = (whole()?, whole()?, whole()?);
    if p <= UBig::ONE || q <= UBig::ONE {
        return None;
    }
    let first = &private % (&p - UBig::ONE);
    let second = &private % (&q - UBig::ONE);
    let numbers = [
        UBig::ZERO,
        modulus,
        public,
        private,
        p,
        q,
        first,
        second,
        inverse,
    ];
    let content: Vec<u8> = numbers.iter().flat_map(integer).collect();
    Some(element(0x30, &content))
}

fn integer(number: &UBig) -> Vec<u8> {
    let mut bytes = number.to_be_bytes().to_vec();
    if bytes.first().is_none_or(|first| *first >= 0x80) {
        bytes.insert(0, 0);
    }
    element(2, &bytes)
}

/// What is left of a message of SSH.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*bytes))
    }

    fn text(&mut self) -> Option<&'b [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(text)
    }
}
