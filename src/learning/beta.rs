//! Exact statistics of Beta distributions.
//!
//! Intervals are equal-tailed: as much probability lies below the lower end as above the upper one.
//! Their ends are quantiles, found by turning the regularised incomplete beta function around.
//! Nothing here draws random numbers: the same posteriors always give the same figures.

use statrs::function::beta::{checked_beta_reg, checked_ln_beta};
use statrs::function::erf::erfc_inv;

use crate::model::learning::posterior::{Beta, Interval};

/// With both parameters beyond this the function's series gets slow to converge, and Carter's
/// expansion is good to ten digits.
const LARGE: f64 = 5_000.0;

/// The cells in which the probability of being the best is summed up.
const CELLS: usize = 4_096;

/// The probability that a value of the distribution is at most `x`; nothing for an improper one.
pub fn cdf(beta: Beta, x: f64) -> Option<f64> {
    if !beta.is_proper() {
        return None;
    }
    checked_beta_reg(beta.alpha, beta.beta, x).ok().map(|p| {
        // The library takes an end of the range for the other one.
        if x >= 1.0 { 1.0 } else { p.clamp(0.0, 1.0) }
    })
}

/// The value below which a share `p` of the probability lies; nothing for an improper distribution
/// or a `p` outside 0..=1.
pub fn quantile(beta: Beta, p: f64) -> Option<f64> {
    if !beta.is_proper() || !(0.0..=1.0).contains(&p) {
        return None;
    }
    if p <= 0.0 || p >= 1.0 {
        return Some(p);
    }
    if beta.alpha.min(beta.beta) > LARGE {
        return Some(carter(beta, p));
    }
    search(beta, p)
}

/// The exact equal-tailed interval that holds a share `level` of the probability, such as 0.95.
pub fn interval(beta: Beta, level: f64) -> Option<Interval> {
    let tail = (1.0 - level) / 2.0;
    Some(Interval { lower: quantile(beta, tail)?, upper: quantile(beta, 1.0 - tail)? })
}

/// Newton's method between two bounds that close in; a step that would leave them is replaced by
/// the middle of the doubles between them, so that the search ends whatever the scale is.
fn search(beta: Beta, p: f64) -> Option<f64> {
    let ln_beta = checked_ln_beta(beta.alpha, beta.beta).ok()?;
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    let mut x = beta.mean().clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON);
    for _ in 0..128 {
        let error = cdf(beta, x)? - p;
        if error > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let step = error / ln_density(beta, ln_beta, x).exp();
        let next = x - step;
        let inside = next > low && next < high;
        // The order of positive doubles is that of their bits.
        let next =
            if inside { next } else { f64::from_bits(low.to_bits().midpoint(high.to_bits())) };
        if (next - x).abs() <= 1e-15 * x || next <= low || next >= high {
            return Some(next);
        }
        x = next;
    }
    Some(x)
}

/// Carter (1947) by way of Abramowitz and Stegun 26.5.22, with an exact normal quantile.
fn carter(beta: Beta, p: f64) -> f64 {
    let normal = std::f64::consts::SQRT_2 * erfc_inv(2.0 * p);
    let (by_alpha, by_beta) = (1.0 / (2.0 * beta.alpha - 1.0), 1.0 / (2.0 * beta.beta - 1.0));
    let size = 2.0 / (by_alpha + by_beta);
    let bend = (normal * normal - 3.0) / 6.0;
    let skew = (by_beta - by_alpha) * (bend + 5.0 / 6.0 - 2.0 / (3.0 * size));
    let shift = normal * (size + bend).sqrt() / size - skew;
    beta.alpha / (beta.alpha + beta.beta * (2.0 * shift).exp())
}

/// ln of the density at `x` in the open range 0..1.
fn ln_density(beta: Beta, ln_beta: f64, x: f64) -> f64 {
    (beta.alpha - 1.0) * x.ln() + (beta.beta - 1.0) * (-x).ln_1p() - ln_beta
}

/// The density at the middle of `bins` equal bins of 0..1, the highest of them scaled to 1.
///
/// Empty for an improper distribution. Bin middles avoid the edges, where the density of a parameter
/// below 1 has no bound; a spike narrower than a bin fills the nearest one.
pub fn density(beta: Beta, bins: usize) -> Vec<f64> {
    if !beta.is_proper() {
        return Vec::new();
    }
    let logs: Vec<f64> = middles(bins).map(|x| ln_density(beta, 0.0, x)).collect();
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    logs.into_iter().map(|log| (log - top).exp()).collect()
}

fn middles(bins: usize) -> impl Iterator<Item = f64> {
    (0..bins).map(move |bin| (bin as f64 + 0.5) / bins as f64)
}

/// For each distribution the probability that its value is the greatest of all.
///
/// The sum of ∏ Fⱼ(x) over the mass of the distribution, taken in 4,096 equal cells of 0..1, each
/// value standing in the middle of its cell; scaled to add up to 1. Improper distributions get 0.
pub fn best(betas: &[Beta]) -> Vec<f64> {
    let axis = Axis::new();
    let mut ln_all = vec![0.0_f64; CELLS];
    for beta in betas.iter().filter(|beta| beta.is_proper()) {
        axis.each(*beta, |cell, _, below| {
            if let Some(sum) = ln_all.get_mut(cell) {
                *sum += below.ln();
            }
        });
    }
    let mut shares: Vec<f64> = betas
        .iter()
        .map(|beta| {
            let mut share = 0.0;
            if beta.is_proper() {
                axis.each(*beta, |cell, mass, below| {
                    if mass > 0.0 {
                        let ln_others = ln_all.get(cell).copied().unwrap_or_default() - below.ln();
                        share += mass * ln_others.exp();
                    }
                });
            }
            share
        })
        .collect();
    let total: f64 = shares.iter().sum();
    if total > 0.0 {
        for share in &mut shares {
            *share /= total;
        }
    }
    shares
}

/// The middles of the cells with their logarithms.
struct Axis(Vec<(f64, f64)>);

impl Axis {
    fn new() -> Self {
        Self(middles(CELLS).map(|x| (x.ln(), (-x).ln_1p())).collect())
    }

    /// Hands out, for every cell, the mass in it and the probability below its middle.
    fn each(&self, beta: Beta, mut each: impl FnMut(usize, f64, f64)) {
        let (a, b) = (beta.alpha - 1.0, beta.beta - 1.0);
        let log = |(ln_x, ln_rest): &(f64, f64)| a * ln_x + b * ln_rest;
        let top = self.0.iter().map(log).fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = self.0.iter().map(|cell| (log(cell) - top).exp()).collect();
        let total: f64 = weights.iter().sum();
        let mut below = 0.0;
        for (at, weight) in weights.iter().enumerate() {
            let mass = weight / total;
            each(at, mass, below + mass / 2.0);
            below += mass;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn beta((alpha, beta): (f64, f64)) -> Beta {
        Beta { alpha, beta }
    }

    /// Quantiles at 2.5 %, 50 % and 97.5 %, computed with `scipy.stats.beta.ppf`.
    const QUANTILES: [((f64, f64), [f64; 3]); 19] = [
        ((1.0, 1.0), [0.025, 0.5, 0.975]),
        ((3.0, 1.0), [0.292_401_773_821_286_6, 0.793_700_525_984_099_8, 0.991_596_241_340_387_4]),
        ((5.0, 2.0), [0.358_765_421_002_325_17, 0.735_550_016_704_34, 0.956_728_131_707_258_3]),
        (
            (1.0, 39.0),
            [0.000_648_963_895_481_945_2, 0.017_615_996_328_735_86, 0.090_251_100_960_334_31],
        ),
        ((5.0, 35.0), [0.042_968_343_001_789_16, 0.118_742_270_931_192, 0.242_209_726_950_617_77]),
        (
            (142.0, 12.0),
            [0.875_001_633_565_619_2, 0.923_902_533_720_187_6, 0.958_817_221_878_484_5],
        ),
        (
            (204.0, 25.0),
            [0.847_432_839_597_542_3, 0.891_967_568_354_794_8, 0.927_772_122_175_641_1],
        ),
        ((0.5, 0.5), [0.001_541_333_133_436_012, 0.499_999_999_999_999_9, 0.998_458_666_866_563_9]),
        ((0.01, 0.01), [7.761_744_926_531_467e-131, 0.5, 1.0]),
        (
            (0.01, 200.0),
            [1.765_711_290_446_151e-163, 2.238_304_977_163_868e-33, 0.000_236_246_402_286_968],
        ),
        ((2.5, 1.5), [0.176_736_097_131_257_32, 0.647_547_720_122_869, 0.961_252_382_214_834_8]),
        (
            (12_345.0, 678.0),
            [0.944_058_321_940_381, 0.947_961_192_702_585_7, 0.951_687_902_483_061_2],
        ),
        (
            (50_000.0, 40.0),
            [0.998_934_697_784_407_5, 0.999_207_280_309_905_5, 0.999_428_854_221_705_9],
        ),
        ((6000.0, 6000.0), [0.491_054_558_856_596, 0.5, 0.508_945_441_143_404]),
        ((1e5, 2e5), [0.331_647_521_550_699_3, 0.333_332_962_962_505_7, 0.335_021_249_900_438_63]),
        ((1e6, 1.0), [0.999_996_311_127_349_8, 0.999_999_306_853_059_7, 0.999_999_974_682_192_4]),
        (
            (1.0, 1e6),
            [2.531_780_766_379_417_8e-08, 6.931_469_403_334_938e-07, 3.688_872_650_206_488e-06],
        ),
        ((2e6, 5e6), [0.285_379_685_879_893_65, 0.285_714_265_306_121_43, 0.286_049_001_526_588_7]),
        ((1e8, 1e8), [0.499_930_704_809_028_6, 0.5, 0.500_069_295_190_971_3]),
    ];

    #[test]
    fn quantiles_are_those_of_an_independent_library() {
        for (parameters, expected) in QUANTILES {
            for (p, expected) in [0.025, 0.5, 0.975].into_iter().zip(expected) {
                let found = quantile(beta(parameters), p).unwrap();
                let error = (found - expected).abs() / expected;
                assert!(error < 1e-9, "{parameters:?} at {p}: {found} for {expected}");
            }
        }
    }

    /// `scipy.integrate.quad` over density times the others' distribution functions.
    #[test]
    fn the_best_is_found_as_often_as_by_quadrature() {
        for (betas, expected) in [
            (vec![(3.0, 1.0), (5.0, 2.0), (1.0, 1.0)], vec![0.5, 1.0 / 3.0, 1.0 / 6.0]),
            (
                vec![(204.0, 25.0), (189.0, 40.0), (177.0, 52.0)],
                vec![
                    0.978_577_675_035_085_2,
                    0.021_224_147_843_228_3,
                    0.000_198_177_121_686_715_27,
                ],
            ),
            (
                vec![(1.0, 39.0), (5.0, 35.0), (2.5, 1.5), (10.0, 10.0)],
                vec![
                    5.380_102_403_978_396e-08,
                    5.617_059_260_150_019e-05,
                    0.697_547_638_844_906_2,
                    0.302_396_136_761_464_8,
                ],
            ),
        ] {
            let found = best(&betas.into_iter().map(beta).collect::<Vec<_>>());
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
            }
        }
    }

    #[test]
    fn odd_parameters_are_answered_without_a_number() {
        for odd in [(0.0, 0.0), (-1.0, 0.5), (f64::INFINITY, 1.0), (1.0, f64::NAN)] {
            assert_eq!(interval(beta(odd), 0.95), None);
            assert!(density(beta(odd), 10).is_empty());
            assert_eq!(best(&[beta(odd), Beta::UNIFORM]), [0.0, 1.0]);
        }
        assert!(best(&[]).is_empty());
        for extreme in [(1e300, 1e300), (1e-300, 1e-300), (1e21, 1.0), (5e-324, 1e308)] {
            if let Some(found) = interval(beta(extreme), 0.95) {
                assert!(found.lower <= found.upper, "{extreme:?} {found:?}");
            }
            assert_eq!(density(beta(extreme), 8).len(), 8);
        }
    }

    #[test]
    fn densities_are_scaled_to_their_highest_bin() {
        assert_eq!(density(Beta::UNIFORM, 4), [1.0; 4]);
        let spike = density(beta((3e6, 1e6)), 10);
        assert!(spike.iter().all(|height| *height <= spike[7]) && spike[0] < 1e-9);
        let edges = density(beta((0.5, 0.5)), 5);
        assert!((edges[0] - edges[4]).abs() < 1e-9 && (edges[2] - 0.6).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn a_quantile_undoes_the_distribution_function(
            alpha in 0.05_f64..3_000.0, b in 0.05_f64..3_000.0, p in 0.001_f64..0.999
        ) {
            let belief = beta((alpha, b));
            let x = quantile(belief, p).unwrap();
            prop_assert!((0.0..=1.0).contains(&x));
            // Beside 1 the doubles are too far apart to tell shares of a steep density.
            if x < 1.0 - 1e-9 {
                let back = cdf(belief, x).unwrap();
                prop_assert!((back - p).abs() < 1e-8, "{x} {back}");
            }
        }
    }
}
