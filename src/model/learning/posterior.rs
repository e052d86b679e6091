//! Beta posteriors and the plain figures that follow from them.
//!
//! Exact intervals need special functions and are the learning room's; here are the mean, the
//! product's own approximation, and what the counts say.

use super::arm::prior;

/// A Beta distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beta {
    /// Weight of the runs that used the arm; greater than 0 in a proper distribution.
    pub alpha: f64,
    /// Weight of the runs that did not.
    pub beta: f64,
}

impl Beta {
    /// Beta(1, 1): every probability is equally likely.
    pub const UNIFORM: Self = Self { alpha: 1.0, beta: 1.0 };

    /// α / (α + β); not finite when the parameters are not.
    pub fn mean(self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// αβ / ((α + β)² (α + β + 1)).
    pub fn variance(self) -> f64 {
        let sum = self.alpha + self.beta;
        self.alpha * self.beta / (sum * sum * (sum + 1.0))
    }

    /// Whether both parameters are positive and finite; stored rows may hold anything.
    pub fn is_proper(self) -> bool {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        positive(self.alpha) && positive(self.beta)
    }

    /// The 95 % interval that the product shows: mean ± 1.96 standard deviations, cut to 0..=1.
    /// It is poor near the edges; see the learning room for the exact one. As in the product it is
    /// one half where α + β is 0, and no number where its arithmetic gives none.
    pub fn normal_interval(self) -> Interval {
        if self.alpha + self.beta == 0.0 {
            return Interval { lower: 0.5, upper: 0.5 };
        }
        let (mean, reach) = (self.mean(), 1.96 * self.variance().sqrt());
        // `f64::max` would pass over what is no number, as JavaScript's does not.
        let (low, high) = (mean - reach, mean + reach);
        Interval {
            lower: if low.is_nan() { low } else { low.max(0.0) },
            upper: if high.is_nan() { high } else { high.min(1.0) },
        }
    }

    /// The distribution after one more run with the arm included.
    pub fn observe(self, used: bool) -> Self {
        let (hit, miss) = if used { (1.0, 0.0) } else { (0.0, 1.0) };
        Self { alpha: self.alpha + hit, beta: self.beta + miss }
    }
}

/// A range of probabilities in 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

impl Interval {
    /// The distance between the ends.
    pub fn width(self) -> f64 {
        self.upper - self.lower
    }
}

/// How much a posterior rests on, by the product's thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Fewer than 5 pulls.
    Low,
    /// Fewer than 20 pulls.
    Medium,
    /// 20 pulls or more.
    High,
}

impl Confidence {
    /// The confidence of so many pulls.
    pub fn of(pulls: f64) -> Self {
        if pulls >= 20.0 {
            Self::High
        } else if pulls >= 5.0 {
            Self::Medium
        } else {
            Self::Low
        }
    }

    /// The product's word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What is believed of one arm.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// The arm's name.
    pub arm: String,
    /// The distribution.
    pub belief: Beta,
    /// Observed runs that included the arm; a fraction or negative only in odd data.
    pub pulls: f64,
    /// Last observation, UTC milliseconds since 1970; nothing when absent or no date.
    pub updated: Option<i64>,
}

impl Posterior {
    /// How far α + β − (α₀ + β₀) is from the pulls; 0 in an untouched `learning.db`.
    ///
    /// Resets, seed boosts, decay and credit of later releases break the rule, so a difference is
    /// worth a mark and nothing more.
    pub fn imbalance(&self) -> f64 {
        let prior = prior(&self.arm);
        self.belief.alpha + self.belief.beta - prior.alpha - prior.beta - self.pulls
    }

    /// Successes and failures without the prior.
    pub fn evidence(&self) -> (f64, f64) {
        let prior = prior(&self.arm);
        (self.belief.alpha - prior.alpha, self.belief.beta - prior.beta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_products_interval_is_cut_at_the_edges() {
        for ((alpha, beta), lower, upper) in [
            ((1.0, 1.0), 0.0, 1.0),
            ((3.0, 1.0), 0.3704, 1.0),
            ((5.0, 35.0), 0.0238, 0.2262),
            ((204.0, 25.0), 0.8505, 0.9311),
        ] {
            let interval = Beta { alpha, beta }.normal_interval();
            assert!((interval.lower - lower).abs() < 6e-5, "{interval:?}");
            assert!((interval.upper - upper).abs() < 6e-5, "{interval:?}");
        }
    }

    #[test]
    fn the_products_interval_of_odd_parameters_is_that_of_javascript() {
        for (alpha, beta) in [(-1.0, 0.5), (f64::INFINITY, 1.0), (f64::INFINITY, f64::INFINITY)] {
            let interval = Beta { alpha, beta }.normal_interval();
            assert!(interval.lower.is_nan() && interval.upper.is_nan(), "{interval:?}");
        }
        for (alpha, beta) in [(0.0, 0.0), (-1.0, 1.0)] {
            let interval = Beta { alpha, beta }.normal_interval();
            assert_eq!(interval, Interval { lower: 0.5, upper: 0.5 });
        }
    }

    #[test]
    fn pulls_that_do_not_add_up_are_seen() {
        let belief = Beta { alpha: 142.0, beta: 12.0 };
        let row = Posterior { arm: "tool:fs:Read".into(), belief, pulls: 150.0, updated: None };
        assert_eq!((row.imbalance(), row.evidence()), (0.0, (139.0, 11.0)));
        let odd = Posterior { pulls: 151.0, ..row };
        assert_eq!((odd.imbalance(), odd.evidence()), (-1.0, (139.0, 11.0)));
    }

    #[test]
    fn confidence_follows_the_pulls() {
        let words = [4.0, 5.0, 19.5, 20.0, f64::NAN].map(|pulls| Confidence::of(pulls).word());
        assert_eq!(words, ["low", "medium", "medium", "high", "low"]);
    }
}
