//! Functions that hash passwords and decrypt: `bcrypt` and `rsadecrypt`.

use super::arguments::Arguments;
use super::private_key;
use super::signature::Parameter as P;
use super::{Accepts, Answer, CallError, Function, Returns, failed, wrong};
use crate::value::{Type, Value};
use aws_lc_rs::rsa::Pkcs1PrivateDecryptingKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const TEXT: Returns = Returns::Always(Accepts::String);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "bcrypt",
        "Hashes a password with a new salt; known only while applying.",
        (
            r#"bcrypt("hello", 4)"#,
            r#""$2a$04$fnxyeFkkZPdwLUMlKVdULeeXGzj0gjBzY12zBQAfCV53yXcGBajmS""#,
        ),
        TEXT,
        bcrypt,
    )
    .takes(&[P::new(
        "str",
        Accepts::String,
        "The password, of at most 72 bytes.",
    )])
    .variadic(P::new(
        "cost",
        Accepts::Number,
        "The binary logarithm of the number of rounds, 10 if it is left out.",
    )),
    Function::new(
        "rsadecrypt",
        "Decrypts a text that was encrypted with an RSA key, padded as PKCS #1 v1.5 says.",
        (
            r#"rsadecrypt(filebase64("ciphertext"), file("key.pem"))"#,
            r#""hello""#,
        ),
        TEXT,
        rsa_decrypt,
    )
    .takes(&[
        P::new(
            "ciphertext",
            Accepts::String,
            "What was encrypted, in base64.",
        ),
        P::new(
            "privatekey",
            Accepts::String,
            "The private key in PEM: PKCS #1, PKCS #8 or OpenSSH, without a passphrase.",
        ),
    ]),
];

/// What Go takes when the cost is too small.
const DEFAULT_COST: u32 = 10;

fn bcrypt(call: &Arguments<'_>) -> Answer {
    let Some(salt) = call.scope().random() else {
        return Ok(Value::unknown_not_null(Type::String));
    };
    let cost = match call.from(1) {
        [] => DEFAULT_COST,
        [_] => cost(call.integer(1)?)?,
        _ => return Err(failed("bcrypt() takes no more than two arguments")),
    };
    let hashed = bcrypt::non_truncating_hash_with_salt(call.text(0)?, cost, salt)
        .map_err(|_| failed("the password is longer than 72 bytes"))?;
    Ok(Value::string(
        hashed.format_for_version(bcrypt::Version::TwoA),
    ))
}

fn cost(given: i64) -> Result<u32, CallError> {
    match u32::try_from(given) {
        Err(_) if given < 0 => Ok(DEFAULT_COST),
        Ok(0..=3) => Ok(DEFAULT_COST),
        Ok(cost @ 4..=31) => Ok(cost),
        _ => Err(failed(format!(
            "cost {given} is outside the allowed range from 4 to 31"
        ))),
    }
}

fn rsa_decrypt(call: &Arguments<'_>) -> Answer {
    let ciphertext = STANDARD
        .decode(call.text(0)?.replace(['\r', '\n'], ""))
        .map_err(|_| wrong(0, "the cipher text must be base64-encoded"))?;
    let key = private_key::read(call.text(1)?)
        .map_err(|why| wrong(1, format!("invalid private key: {why}")))?;
    let failure = || wrong(0, "failed to decrypt with this key");
    let key = Pkcs1PrivateDecryptingKey::new(key).map_err(|_| failure())?;
    let mut plain = vec![0; key.min_output_size()];
    let text = key
        .decrypt(&ciphertext, &mut plain)
        .map_err(|_| failure())?;
    // As Go turns bytes into a text for cty.
    Ok(Value::string(String::from_utf8_lossy(text)))
}
