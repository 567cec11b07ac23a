/* Double-double exp, log, sine and cosine. Every polynomial is a Taylor series; its coefficients were computed to
 * 60 digits and split in two doubles as far as that is felt at 2^-98. */
#include "numbers/double_double.h"

#include <stdint.h>

const dd dd_pi = {3.141592653589793, 1.2246467991473532e-16};
const dd dd_log_pi = {1.1447298858494002, 1.0265951162707826e-17};
const dd dd_half_log_2pi = {0.9189385332046728, -3.8782941580672414e-17};
static const dd log_2 = {0.6931471805599453, 2.3190468138462996e-17};
static const dd half_pi = {1.5707963267948966, 6.123233995736766e-17};

double dd_scaled_value(dd_scaled a) {
  return ldexp(a.m.h + a.m.l, a.e);
}

/* Horner: the high powers in double, the n_leading low ones in double-double. */
dd dd_polynomial(const dd *leading, int n_leading, const double *rest, int n_rest, dd x) {
  double r = 0.0;
  for (int i = n_rest - 1; i >= 0; i--)
    r = r * x.h + rest[i];
  dd sum = dd_of(r);
  for (int i = n_leading - 1; i >= 0; i--)
    sum = dd_add(leading[i], dd_mul(sum, x));
  return sum;
}

/* exp(a) = 2^e exp(r), |r| <= log(2)/2; expm1(r/16) by its series, then (1 + E)^2 - 1 = E(2 + E) four times. */
dd_scaled dd_exp(dd a) {
  static const dd leading[] = {{1.0, 0.0},
                               {0.5, 0.0},
                               {0.16666666666666666, 9.25185853854297e-18},
                               {0.041666666666666664, 2.3129646346357427e-18},
                               {0.008333333333333333, 1.1564823173178714e-19},
                               {0.001388888888888889, -5.300543954373577e-20}};
  static const double rest[] = {0.0001984126984126984, 2.48015873015873e-05,  2.7557319223985893e-06,
                                2.755731922398589e-07, 2.505210838544172e-08, 2.08767569878681e-09};
  if (!(fabs(a.h) < 1e8)) /* far outside the doubles, and still invertible */
    return (dd_scaled){dd_of(a.h == a.h ? 1.0 : a.h), a.h > 0.0 ? 1 << 28 : -(1 << 28)};
  double k = rint(a.h / log_2.h);
  dd r = dd_scale(dd_sub(a, dd_mul_d(log_2, k)), 0.0625);
  dd e = dd_mul(dd_polynomial(leading, 6, rest, 6, r), r);
  for (int i = 0; i < 4; i++)
    e = dd_mul(e, dd_add_d(e, 2.0));
  return (dd_scaled){dd_add_d(e, 1.0), (int)k};
}

/* log(1 + u) = 2 artanh(u/(2 + u)) for |u| < 1/32 (DLMF 4.6.4); relative error 2^-98, also at tiny u. */
static dd log1p_small(dd u) {
  static const dd leading[] = {{1.0, 0.0},
                               {0.3333333333333333, 1.850371707708594e-17},
                               {0.2, -1.1102230246251566e-17},
                               {0.14285714285714285, 7.93016446160826e-18}};
  static const double rest[] = {0.1111111111111111, 0.09090909090909091, 0.07692307692307693, 0.06666666666666667,
                                0.058823529411764705};
  dd s = dd_div(u, dd_add_d(u, 2.0));
  dd series = dd_polynomial(leading, 4, rest, 5, dd_mul(s, s));
  return dd_scale(dd_mul(s, series), 2.0);
}

/* log(m 2^e) = e log 2 - log(i/32) + log(1 + u), i the nearest integer to 32/m and 1 + u = m i/32. Near 1 the first
 * two terms vanish, which keeps the relative accuracy. Beyond the positive doubles: what a logarithm is there. */
dd dd_log(dd a) {
  static const dd table[] = {/* log(i/32), i = 22 .. 46 */
                             {-0.3746934494414107, 3.9243112288632396e-18},
                             {-0.33024168687057687, 1.0828321637483858e-17},
                             {-0.2876820724517809, -2.607160616442564e-17},
                             {-0.24686007793152578, -1.361743371748368e-17},
                             {-0.2076393647782445, -1.2053243216686129e-17},
                             {-0.16989903679539747, 4.868008764439071e-19},
                             {-0.13353139262452263, 3.664457663660085e-18},
                             {-0.09844007281325252, 4.439009633675136e-18},
                             {-0.06453852113757118, 6.470486661692933e-18},
                             {-0.0317486983145803, -3.0382263084680858e-18},
                             {0.0, 0.0},
                             {0.030771658666753687, 1.0431732029005968e-18},
                             {0.06062462181643484, 2.6424025938726934e-18},
                             {0.08961215868968714, -5.4268129336647135e-18},
                             {0.11778303565638346, -1.1971685747593677e-18},
                             {0.1451820098444979, 8.242418783022475e-18},
                             {0.17185025692665923, -6.0224538210113705e-18},
                             {0.19782574332991987, 1.2821194372980142e-17},
                             {0.22314355131420976, -9.091270597324799e-18},
                             {0.24783616390458127, -1.2432209578702523e-17},
                             {0.27193371548364176, 7.83319637697442e-19},
                             {0.2954642128938359, -2.16461086040599e-17},
                             {0.3184537311185346, 2.7114779367326236e-17},
                             {0.3409265869705932, 1.7467136443544747e-17},
                             {0.3629054936893685, -2.1492361455310972e-17}};
  if (!(a.h > 0.0 && a.h <= 1.7976931348623157e308))
    return dd_of(a.h > 0.0 ? a.h : a.h == 0.0 ? -HUGE_VAL : (double)NAN);
  int e;
  double f = frexp(a.h, &e);
  if (f < 0.70710678118654752) {
    f *= 2.0;
    e--;
  }
  dd m = {f, ldexp(a.l, -e)};
  double i = rint(32.0 / f);
  dd u = dd_add_d(dd_scale(dd_mul_d(m, i), 0.03125), -1.0);
  dd r = dd_sub(log1p_small(u), table[(int)i - 22]);
  return dd_add(dd_mul_d(log_2, (double)e), r);
}

dd dd_log1p(dd a) {
  return fabs(a.h) < 0.015625 ? log1p_small(a) : dd_log(dd_add_d(a, 1.0));
}

/* sin(r), cos(r) for |r| <= pi/4, turned by n quarters. */
static void turned(dd r, int n, dd *sine, dd *cosine) {
  static const dd sin_leading[] = {{1.0, 0.0},
                                   {-0.16666666666666666, -9.25185853854297e-18},
                                   {0.008333333333333333, 1.1564823173178714e-19},
                                   {-0.0001984126984126984, -1.7209558293420705e-22},
                                   {2.7557319223985893e-06, -1.858393274046472e-22},
                                   {-2.505210838544172e-08, 1.448814070935912e-24},
                                   {1.6059043836821613e-10, 1.2585294588752098e-26},
                                   {-7.647163731819816e-13, -7.03872877733453e-30}};
  static const double sin_rest[] = {2.8114572543455206e-15, -8.22063524662433e-18, 1.9572941063391263e-20,
                                    -3.868170170630684e-23, 6.446950284384474e-26, -9.183689863795546e-29};
  static const dd cos_leading[] = {{1.0, 0.0},
                                   {-0.5, 0.0},
                                   {0.041666666666666664, 2.3129646346357427e-18},
                                   {-0.001388888888888889, 5.300543954373577e-20},
                                   {2.48015873015873e-05, 2.1511947866775882e-23},
                                   {-2.755731922398589e-07, -2.3767714622250297e-23},
                                   {2.08767569878681e-09, -1.20734505911326e-25},
                                   {-1.1470745597729725e-11, -2.0655512752830745e-28},
                                   {4.779477332387385e-14, 4.399205485834081e-31}};
  static const double cos_rest[] = {-1.5619206968586225e-16, 4.110317623312165e-19, -8.896791392450574e-22,
                                    1.6117375710961184e-24, -2.4795962632247976e-27};
  dd square = dd_mul(r, r);
  dd s = dd_mul(r, dd_polynomial(sin_leading, 8, sin_rest, 6, square));
  dd c = dd_polynomial(cos_leading, 9, cos_rest, 5, square);
  dd s_turned = (n & 1) != 0 ? c : s;
  dd c_turned = (n & 1) != 0 ? s : c;
  *sine = (n & 2) != 0 ? dd_neg(s_turned) : s_turned;
  *cosine = (n & 2) != 0 ? dd_neg(c_turned) : c_turned;
  if ((n & 1) != 0)
    *cosine = dd_neg(*cosine);
}

/* Takes n/2 off; twice, because the low part of a large x still counts quarters. n is given back modulo 4. */
static dd take_quarters(dd x, int *n) {
  double q = rint(2.0 * x.h);
  if (!(fabs(q) <= 1.7976931348623157e308))
    return (dd){q - q, 0.0};
  *n += (int)fmod(q, 4.0);
  return dd_add_d(x, -0.5 * q);
}

void dd_sincos_pi(dd x, dd *sine, dd *cosine) {
  int n = 0;
  dd r = take_quarters(x, &n);
  r = take_quarters(r, &n);
  turned(dd_mul(dd_pi, r), n + 16, sine, cosine);
}

/* The fraction, in [-1/2, 1/2], of a fixed-point number given by 32-bit words from the top; rounds n up past 1/2. */
static dd signed_fraction(uint32_t *words, int count, int *n) {
  int negative = words[0] >> 31 != 0;
  dd sum = dd_of(0.0);
  double weight = 1.0;
  for (int i = 0; i < count; i++) {
    weight *= 0x1p-32;
    uint32_t word = negative ? ~words[i] : words[i];
    sum = dd_add_d(sum, (double)word * weight);
  }
  *n += negative;
  return negative ? dd_neg(sum) : sum;
}

/* |x| = n pi/2 + r by Payne and Hanek (1983): 256 bits of 2/pi from the place where the product stops to be a multiple
 * of 4, times the 53-bit integer of x. No double is nearer to a multiple of pi/2 than 2^-62 relative, so six words of
 * fraction leave 2^-110 relative. For |x| >= 1. */
dd dd_quarters(double x, int *n) {
  static const uint32_t two_over_pi[] = {
      0xA2F9836Eu, 0x4E441529u, 0xFC2757D1u, 0xF534DDC0u, 0xDB629599u, 0x3C439041u, 0xFE5163ABu, 0xDEBBC561u,
      0xB7246E3Au, 0x424DD2E0u, 0x06492EEAu, 0x09D1921Cu, 0xFE1DEB1Cu, 0xB129A73Eu, 0xE88235F5u, 0x2EBB4484u,
      0xE99C7026u, 0xB45F7E41u, 0x3991D639u, 0x835339F4u, 0x9C845F8Bu, 0xBDF9283Bu, 0x1FF897FFu, 0xDE05980Fu,
      0xEF2F118Bu, 0x5A0A6D1Fu, 0x6D367ECFu, 0x27CB09B7u, 0x4F463F66u, 0x9E5FEA2Du, 0x7527BAC7u, 0xEBE5F17Bu,
      0x3D0739F7u, 0x8A5292EAu, 0x6BFB5FB1u, 0x1F8D5D08u, 0x56033046u, 0xFC7B6BABu};
  enum { WORDS = 8 };
  int e;
  uint64_t m = (uint64_t)ldexp(frexp(fabs(x), &e), 53);
  e -= 53;
  int first = e >= 2 ? (e - 2) / 32 : 0;
  uint32_t product[WORDS + 4] = {0}; /* from the top; two words of integer part, two of slack */
  uint64_t carry_low = 0, carry_high = 0;
  for (int i = WORDS - 1; i >= 0; i--) {
    uint64_t low = (m & 0xffffffffu) * two_over_pi[first + i] + carry_low;
    uint64_t high = (m >> 32) * two_over_pi[first + i] + (low >> 32) + carry_high;
    product[i + 2] = (uint32_t)low;
    carry_low = high & 0xffffffffu;
    carry_high = high >> 32;
  }
  product[1] = (uint32_t)carry_low;
  product[0] = (uint32_t)carry_high;
  int point = 64 + e - 32 * first; /* bits from the top of product to the binary point */
  uint32_t words[7];               /* one integer word, six of fraction */
  for (int i = 0; i < 7; i++) {
    int bit = point - 32 + 32 * i, at = bit >= 0 ? bit / 32 : -1, shift = bit - 32 * at;
    uint64_t both = (uint64_t)(at >= 0 ? product[at] : 0u) << 32 | product[at + 1];
    words[i] = (uint32_t)(both << shift >> 32);
  }
  *n = (int)(words[0] & 3u);
  return dd_mul(half_pi, signed_fraction(words + 1, 6, n));
}

void dd_sincos(double x, dd *sine, dd *cosine) {
  int n;
  dd r = dd_quarters(x, &n);
  turned(r, n, sine, cosine);
  if (x < 0.0)
    *sine = dd_neg(*sine);
}
