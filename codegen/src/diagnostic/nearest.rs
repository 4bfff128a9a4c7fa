//! The name that was meant: the nearest one to a name that is not there.

/// A question that names the nearest of `names`, if one is near enough to be meant.
pub(crate) fn did_you_mean(wrong: &str, names: &[&str]) -> Option<String> {
    nearest(wrong, names).map(|name| format!("did you mean `{name}`?"))
}

/// The first of those names that take the fewest edits, at most one for every three characters, whatever their case.
pub(crate) fn nearest<'a>(wrong: &str, names: &[&'a str]) -> Option<&'a str> {
    let wrong = letters(wrong);
    let mut most = wrong.len().div_ceil(3);
    let mut best = None;
    for &name in names {
        let Some(distance) = distance(&wrong, &letters(name), most) else { continue };
        best = Some(name);
        match distance.checked_sub(1) {
            Some(fewer) => most = fewer,
            None => break,
        }
    }
    best
}

fn letters(name: &str) -> Vec<char> {
    name.chars().flat_map(char::to_lowercase).collect()
}

/// How many characters are put in, taken out or replaced to get from one text to the other, if no more than `most`.
pub(crate) fn distance(from: &[char], to: &[char], most: usize) -> Option<usize> {
    if from.len().abs_diff(to.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, left) in from.iter().enumerate() {
        let mut diagonal = index;
        row[0] = index + 1;
        for (column, right) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
        if row.iter().all(|distance| *distance > most) {
            return None;
        }
    }
    row.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found() {
        let names = ["ListUsers", "ListUserTags", "GetUser"];
        for (wrong, name) in [
            ("ListUser", Some("ListUsers")),
            ("list_users", Some("ListUsers")),
            ("ListUserTag", Some("ListUserTags")),
            ("GteUser", Some("GetUser")),
            ("CreateRole", None),
            ("", None),
        ] {
            assert_eq!(nearest(wrong, &names), name, "{wrong}");
        }
        assert_eq!(nearest("x", &[]), None);
    }

    #[test]
    fn distances_are_edits() {
        let of = |from: &str, to: &str, most| distance(&letters(from), &letters(to), most);
        assert_eq!(of("kitten", "sitting", 3), Some(3));
        assert_eq!(of("kitten", "sitting", 2), None);
        assert_eq!(of("", "abc", 3), Some(3));
        assert_eq!(of("abc", "", 3), Some(3));
        assert_eq!(of("tpye", "type", 2), Some(2));
    }
}
