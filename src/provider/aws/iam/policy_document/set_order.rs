//! The order in which Terraform's plugin SDK keeps the elements of sets, which shows where several blocks of a set
//! name the same principal type or condition key: by the decimal digits of a checksum of the element.

/// CRC-32 as ISO 3309 and zlib have it.
pub(super) fn checksum(text: &str) -> u32 {
    let mut sum = u32::MAX;
    for byte in text.bytes() {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            let low = sum & 1;
            sum >>= 1;
            if low == 1 {
                sum ^= 0xedb8_8320;
            }
        }
    }
    !sum
}

/// What a block of principals is sorted by.
pub(super) fn of_principals(kind: &str, identifiers: &[String]) -> String {
    let mut elements: Vec<String> = identifiers.iter().map(|text| format!("{text};")).collect();
    elements.sort_by_key(|element| checksum(element).to_string());
    let elements = elements.concat();
    checksum(&format!("identifiers:{{{elements}}};type:{kind};")).to_string()
}

/// What a condition is sorted by.
pub(super) fn of_condition(test: &str, variable: &str, values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|text| format!("{text};")).collect();
    let values = values.concat();
    checksum(&format!(
        "test:{test};values:({values});variable:{variable};"
    ))
    .to_string()
}
