//! AWS's partitions: which regions belong together, and what their host names end with.

include!(concat!(env!("OUT_DIR"), "/partitions.rs"));

/// A part of AWS with regions, accounts and host names of its own.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Partition {
    /// `aws-cn`.
    pub name: &'static str,
    /// What host names end with: `amazonaws.com.cn`.
    pub dns_suffix: &'static str,
    /// What host names with IPv6 and IPv4 end with.
    pub dual_stack_dns_suffix: &'static str,
    /// The region that requests to services without regions are signed for.
    pub implicit_global_region: &'static str,
    /// Whether there are endpoints that comply with FIPS 140.
    pub supports_fips: bool,
    /// Whether there are endpoints with IPv6 and IPv4.
    pub supports_dual_stack: bool,
    /// The regions that are known. There may be others.
    pub regions: &'static [&'static str],
    /// What regions are called.
    pattern: &'static [Piece],
}

/// A piece of the names of regions.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// One or more of letters, digits and `_`.
    Word,
    /// One or more digits.
    Digits,
}

impl Partition {
    /// The partition of a region: the one that knows it, or else whose regions are called like that, or else the first.
    #[must_use]
    pub fn of_region(region: &str) -> Option<&'static Self> {
        let by_name = PARTITIONS.iter().find(|partition| partition.regions.contains(&region));
        let by_pattern = || PARTITIONS.iter().find(|partition| fits(partition.pattern, region));
        by_name.or_else(by_pattern).or(PARTITIONS.first())
    }
}

/// Whether the whole of `text` consists of these pieces.
fn fits(pieces: &[Piece], text: &str) -> bool {
    let Some((piece, pieces)) = pieces.split_first() else { return text.is_empty() };
    let repeated = |is_one: fn(u8) -> bool| {
        let most = text.bytes().take_while(|byte| is_one(*byte)).count();
        (1..=most).rev().any(|length| fits(pieces, &text[length..]))
    };
    match piece {
        Piece::OneOf(texts) => texts.iter().any(|one| text.strip_prefix(one).is_some_and(|rest| fits(pieces, rest))),
        Piece::Word => repeated(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
        Piece::Digits => repeated(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_is_in_its_partition() {
        let name = |region: &str| Partition::of_region(region).unwrap().name;
        for partition in PARTITIONS {
            assert_eq!(name(partition.implicit_global_region), partition.name);
            assert!(fits(partition.pattern, partition.implicit_global_region));
            for region in partition.regions {
                assert_eq!(name(region), partition.name, "{region}");
            }
        }
        for (region, expected) in [
            ("us-east-99", "aws"),
            ("cn-west-5", "aws-cn"),
            ("us-gov-north-1", "aws-us-gov"),
            ("us-iso-x-1", "aws-iso"),
            ("us-isob-x-1", "aws-iso-b"),
            ("eu-isoe-x-1", "aws-iso-e"),
            ("us-isof-x-1", "aws-iso-f"),
            ("eusc-de-x-1", "aws-eusc"),
            ("aws-iso-b-global", "aws-iso-b"),
            ("mars", "aws"),
            ("cn-west-", "aws"),
            ("cn-é-1", "aws"),
            ("", "aws"),
        ] {
            assert_eq!(name(region), expected, "{region}");
        }
    }

    #[test]
    fn repetitions_give_back() {
        let pieces = [Piece::Word, Piece::OneOf(&["a", "ab"]), Piece::Digits];
        assert!(fits(&pieces, "aaab12") && fits(&pieces, "aa1"));
        assert!(!fits(&pieces, "a1") && !fits(&pieces, "aab") && !fits(&pieces, "aa1b"));
    }
}
