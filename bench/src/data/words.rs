//! Names and texts that look as people write them: in several languages, with accents, line breaks and quotes.

use fastrand::Rng;

const SUBJECTS: [&str; 16] = [
    "orders",
    "Kundenverträge",
    "facturación",
    "claims",
    "Lieferantenbewertung",
    "prévisions",
    "stock",
    "売上明細",
    "incidents",
    "żądania",
    "payroll",
    "sensor readings",
    "Αποθήκη",
    "contacts",
    "clickstream",
    "tariffs",
];
const PURPOSES: [&str; 12] = [
    "Monthly report to the board",
    "Für den Jahresabschluss der Tochtergesellschaften",
    "Training of the demand model, rows older than three years are left out",
    "Besoin pour le tableau de bord de l'équipe logistique",
    "Migration of the old warehouse\nto be finished by the end of the quarter",
    "Reconciliation with the \"golden\" records of C:\\finance",
    "需要用于季度销售分析",
    "Análisis de la calidad de los datos de proveedores",
    "Audit: sampled by hand, nothing is copied",
    "Wspólny raport z działem ryzyka",
    "Fraud rules need the latest three months 🙂",
    "Ad-hoc questions of the sales team",
];

/// Fewest and most characters of a purpose.
const PURPOSE: std::ops::RangeInclusive<usize> = 20..=200;

/// A team's name, which is also that of its list address.
pub(super) fn team(number: u64) -> String {
    format!("team-{number}")
}

/// A user's name, an e-mail address as in data.all.
pub(super) fn user(number: u64) -> String {
    format!("user-{number}@example.com")
}

/// A dataset's label.
pub(super) fn dataset(number: u64) -> String {
    format!("{} {number}", SUBJECTS[(number % SUBJECTS.len() as u64) as usize])
}

/// An environment's label.
pub(super) fn environment(number: u64) -> String {
    format!("Umgebung {number} – data")
}

/// Why somebody asks.
pub(super) fn purpose(random: &mut Rng) -> String {
    let length = random.usize(PURPOSE);
    let mut text = String::new();
    while text.chars().count() < length {
        if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(PURPOSES[random.usize(..PURPOSES.len())]);
    }
    text.chars().take(length).collect()
}

/// What data.all calls a thing: eight letters and digits. Numbers of one table have each their own.
pub(super) fn uri(number: u64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    const ALL: u128 = 36u128.pow(8);
    // Odd and no multiple of three, so that no two numbers meet; large, so that neighbours are far apart.
    const STEP: u128 = 1_743_503_288_519;
    let mut rest = u128::from(number) * STEP % ALL;
    let mut digits = [0; 8];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 36) as usize];
        rest /= 36;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn uris_are_eight_characters_and_each_its_own() {
        let uris: HashSet<_> = (0..100_000).map(uri).collect();
        assert_eq!(uris.len(), 100_000);
        assert!(uris.iter().all(|uri| uri.len() == 8));
    }

    #[test]
    fn purposes_are_of_any_length_in_the_range() {
        let mut random = Rng::with_seed(1);
        let lengths: Vec<_> = (0..1000).map(|_| purpose(&mut random).chars().count()).collect();
        assert!(lengths.iter().all(|length| PURPOSE.contains(length)), "{lengths:?}");
        assert!(lengths.iter().any(|length| *length < 40) && lengths.iter().any(|length| *length > 180));
    }
}
