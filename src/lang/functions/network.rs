//! Functions over IP address ranges in CIDR notation.

use super::arguments::Arguments;
use super::signature::Parameter as P;
use super::{Accepts, Answer, CallError, Function, Returns, about, failed, wrong};
use crate::value::{Type, Value};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const TEXT: Returns = Returns::Always(Accepts::String);
const PREFIX: P = P::new("prefix", Accepts::String, "The range, as `10.0.0.0/8`.");

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "cidrhost",
        "Takes one address of a range; a negative number counts from the end.",
        (r#"cidrhost("10.0.0.0/8", 5)"#, r#""10.0.0.5""#),
        TEXT,
        host,
    )
    .takes(&[
        PREFIX,
        P::new("hostnum", Accepts::Number, "The number of the address."),
    ]),
    Function::new(
        "cidrnetmask",
        "Writes the prefix of an IPv4 range as a mask.",
        (r#"cidrnetmask("10.0.0.0/12")"#, r#""255.240.0.0""#),
        TEXT,
        netmask,
    )
    .takes(&[PREFIX]),
    Function::new(
        "cidrsubnet",
        "Takes one of the ranges into which a range is cut.",
        (r#"cidrsubnet("10.0.0.0/8", 8, 2)"#, r#""10.2.0.0/16""#),
        TEXT,
        subnet,
    )
    .takes(&[
        PREFIX,
        P::new(
            "newbits",
            Accepts::Number,
            "How many bits the prefix is made longer by.",
        ),
        P::new("netnum", Accepts::Number, "Which of the smaller ranges."),
    ]),
    Function::new(
        "cidrsubnets",
        "Takes ranges of a range one after the other, each of a size of its own.",
        (
            r#"cidrsubnets("10.1.0.0/16", 4, 8)"#,
            r#"tolist(["10.1.0.0/20", "10.1.16.0/24"])"#,
        ),
        Returns::Always(Accepts::ListOfString),
        subnets,
    )
    .takes(&[PREFIX])
    .variadic(P::new(
        "newbits",
        Accepts::Number,
        "How many bits the prefix of each is longer by.",
    )),
];

/// A range: its first address as a number, its prefix and the length of its addresses in bits.
struct Range {
    base: u128,
    prefix: u32,
    bits: u32,
}

impl Range {
    fn parse(text: &str) -> Result<Range, CallError> {
        let wrong = || {
            failed(format!(
                "invalid CIDR expression: invalid CIDR address: {text}"
            ))
        };
        let (address, prefix) = text.split_once('/').ok_or_else(wrong)?;
        let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u32 = prefix.parse().ok().filter(|_| digits).ok_or_else(wrong)?;
        let (number, bits) = match ipv4(address) {
            Some(number) => (u128::from(number), 32),
            None => (
                u128::from(address.parse::<Ipv6Addr>().map_err(|_| wrong())?),
                128,
            ),
        };
        if prefix > bits {
            return Err(wrong());
        }
        let host = mask(bits - prefix);
        Ok(Range {
            base: number & !host,
            prefix,
            bits,
        })
    }

    fn address(&self, number: u128) -> IpAddr {
        match u32::try_from(number) {
            Ok(number) if self.bits == 32 => Ipv4Addr::from(number).into(),
            _ => Ipv6Addr::from(number).into(),
        }
    }
}

/// As many ones as asked for.
fn mask(ones: u32) -> u128 {
    match ones {
        0 => 0,
        1..=127 => (1 << ones) - 1,
        _ => u128::MAX,
    }
}

/// An IPv4 address; Terraform reads parts with leading zeros as decimal.
fn ipv4(text: &str) -> Option<u32> {
    let mut parts = text.split('.');
    let mut number = 0_u32;
    for _ in 0..4 {
        let part = parts.next()?;
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let part: u8 = part.parse().ok().filter(|_| digits)?;
        number = number << 8 | u32::from(part);
    }
    parts.next().is_none().then_some(number)
}

fn whole(call: &Arguments<'_>, index: usize) -> Result<i128, CallError> {
    let number = call.number(index)?;
    let message = "value must be a whole number";
    let digits = number.to_radix(10).ok_or_else(|| failed(message))?;
    digits.parse().map_err(|_| failed("number is out of range"))
}

fn host(call: &Arguments<'_>) -> Answer {
    let range = Range::parse(call.text(0)?)?;
    let wanted = whole(call, 1)?;
    let last = mask(range.bits - range.prefix);
    let back = wanted < 0;
    let distance = if back {
        wanted.unsigned_abs() - 1
    } else {
        wanted.unsigned_abs()
    };
    if distance > last {
        let prefix = range.prefix;
        return Err(failed(format!(
            "prefix of {prefix} does not accommodate a host numbered {wanted}"
        )));
    }
    let number = if back { last - distance } else { distance };
    Ok(Value::string(
        range.address(range.base | number).to_string(),
    ))
}

fn netmask(call: &Arguments<'_>) -> Answer {
    let range = Range::parse(call.text(0)?)?;
    if range.bits != 32 {
        let given = call.text(0)?;
        return Err(failed(format!(
            "IPv6 addresses cannot have a netmask: {given}"
        )));
    }
    Ok(Value::string(
        range
            .address(mask(32) & !mask(32 - range.prefix))
            .to_string(),
    ))
}

fn subnet(call: &Arguments<'_>) -> Answer {
    let range = Range::parse(call.text(0)?)?;
    let (longer, number) = (call.integer(1)?, whole(call, 2)?);
    let prefix = i64::from(range.prefix).saturating_add(longer);
    if prefix > i64::from(range.bits) {
        let old = range.prefix;
        return Err(failed(format!(
            "insufficient address space to extend prefix of {old} by {longer}"
        )));
    }
    // Only the last 64 bits are compared, without the sign, and a prefix that becomes shorter takes any number.
    let last = u32::try_from(longer).map_or(u128::from(u64::MAX), |longer| mask(longer.min(64)));
    if number.unsigned_abs() & u128::from(u64::MAX) > last {
        return Err(failed(format!(
            "prefix extension of {longer} does not accommodate a subnet numbered {number}"
        )));
    }
    let shift = u32::try_from(i64::from(range.bits) - prefix).unwrap_or(u32::MAX);
    let address = with_number(range.base, number, shift)
        .filter(|address| range.bits == 128 || *address <= mask(32))
        .ok_or_else(|| failed("the number does not fit into an address"))?;
    if prefix < 0 {
        return Ok(Value::string("<nil>"));
    }
    Ok(Value::string(format!(
        "{}/{prefix}",
        range.address(address)
    )))
}

/// An address with the bits of a number set, which is shifted before. As in Terraform a negative one sets the bits of
/// its two's complement, and then the sign of the result is dropped.
fn with_number(base: u128, number: i128, shift: u32) -> Option<u128> {
    let size = number.unsigned_abs();
    let shifted = if size == 0 {
        0
    } else {
        let shifted = size.checked_shl(shift)?;
        Some(shifted).filter(|shifted| shifted >> shift == size)?
    };
    if number < 0 {
        (((shifted - 1) & !base) + 1).into()
    } else {
        Some(base | shifted)
    }
}

/// Each range begins where the one before ends, rounded up to its own size.
fn subnets(call: &Arguments<'_>) -> Answer {
    let range = Range::parse(call.text(0)?).map_err(|error| about(0, error))?;
    let mut taken = Vec::new();
    let mut end: Option<u128> = None;
    for index in 1..call.all().len() {
        let prefix = longer_prefix(&range, call, index)?;
        let size = mask(range.bits - prefix);
        // Terraform steps back by one range before the first, which it cannot from the lowest address.
        let next = match end {
            None if range.base == 0 => None,
            None => Some(range.base),
            Some(end) => (end | size)
                .checked_add(1)
                .filter(|_| (end | size) != mask(range.bits)),
        };
        let inside = |next: &u128| next & !mask(range.bits - range.prefix) == range.base;
        let next = next.filter(inside).ok_or_else(|| {
            wrong(
                index,
                format!(
                    "not enough remaining address space for a subnet with a prefix of {prefix} bits"
                ),
            )
        })?;
        taken.push(Value::string(format!("{}/{prefix}", range.address(next))));
        end = Some(next | size);
    }
    Ok(Value::list(Type::String, taken))
}

fn longer_prefix(range: &Range, call: &Arguments<'_>, index: usize) -> Result<u32, CallError> {
    let longer = call.integer(index).map_err(|error| about(index, error))?;
    let longer = match u32::try_from(longer) {
        Ok(longer @ 1..=32) => longer,
        _ if longer < 1 => return Err(wrong(index, "must extend prefix by at least one bit")),
        _ => return Err(wrong(index, "may not extend prefix by more than 32 bits")),
    };
    let prefix = range.prefix + longer;
    if prefix > range.bits {
        let kind = if range.bits == 32 { "IPv4" } else { "IPv6" };
        return Err(wrong(
            index,
            format!(
                "would extend prefix to {prefix} bits, which is too long for an {kind} address"
            ),
        ));
    }
    Ok(prefix)
}
