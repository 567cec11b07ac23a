/* Gamma, log|gamma| and factorial. */
#include "special/gamma_kin.h"
#include "special/dd.h"

static const double factorials[] = {1.0,
                                    1.0,
                                    2.0,
                                    6.0,
                                    24.0,
                                    120.0,
                                    720.0,
                                    5040.0,
                                    40320.0,
                                    362880.0,
                                    3628800.0,
                                    39916800.0,
                                    479001600.0,
                                    6227020800.0,
                                    87178291200.0,
                                    1307674368000.0,
                                    20922789888000.0,
                                    355687428096000.0,
                                    6402373705728000.0,
                                    1.21645100408832e+17,
                                    2.43290200817664e+18,
                                    5.109094217170944e+19,
                                    1.1240007277776077e+21,
                                    2.585201673888498e+22,
                                    6.204484017332394e+23,
                                    1.5511210043330986e+25,
                                    4.0329146112660565e+26,
                                    1.0888869450418352e+28,
                                    3.0488834461171387e+29,
                                    8.841761993739702e+30,
                                    2.6525285981219107e+32,
                                    8.222838654177922e+33,
                                    2.631308369336935e+35,
                                    8.683317618811886e+36,
                                    2.9523279903960416e+38,
                                    1.0333147966386145e+40,
                                    3.7199332678990125e+41,
                                    1.3763753091226346e+43,
                                    5.230226174666011e+44,
                                    2.0397882081197444e+46,
                                    8.159152832478977e+47,
                                    3.345252661316381e+49,
                                    1.40500611775288e+51,
                                    6.041526306337383e+52,
                                    2.658271574788449e+54,
                                    1.1962222086548019e+56,
                                    5.502622159812089e+57,
                                    2.5862324151116818e+59,
                                    1.2413915592536073e+61,
                                    6.082818640342675e+62,
                                    3.0414093201713376e+64,
                                    1.5511187532873822e+66,
                                    8.065817517094388e+67,
                                    4.2748832840600255e+69,
                                    2.308436973392414e+71,
                                    1.2696403353658276e+73,
                                    7.109985878048635e+74,
                                    4.0526919504877214e+76,
                                    2.3505613312828785e+78,
                                    1.3868311854568984e+80,
                                    8.32098711274139e+81,
                                    5.075802138772248e+83,
                                    3.146997326038794e+85,
                                    1.98260831540444e+87,
                                    1.2688693218588417e+89,
                                    8.247650592082472e+90,
                                    5.443449390774431e+92,
                                    3.647111091818868e+94,
                                    2.4800355424368305e+96,
                                    1.711224524281413e+98,
                                    1.1978571669969892e+100,
                                    8.504785885678623e+101,
                                    6.1234458376886085e+103,
                                    4.4701154615126844e+105,
                                    3.307885441519386e+107,
                                    2.48091408113954e+109,
                                    1.8854947016660504e+111,
                                    1.4518309202828587e+113,
                                    1.1324281178206297e+115,
                                    8.946182130782976e+116,
                                    7.156945704626381e+118,
                                    5.797126020747368e+120,
                                    4.753643337012842e+122,
                                    3.945523969720659e+124,
                                    3.314240134565353e+126,
                                    2.81710411438055e+128,
                                    2.4227095383672734e+130,
                                    2.107757298379528e+132,
                                    1.8548264225739844e+134,
                                    1.650795516090846e+136,
                                    1.4857159644817615e+138,
                                    1.352001527678403e+140,
                                    1.2438414054641308e+142,
                                    1.1567725070816416e+144,
                                    1.087366156656743e+146,
                                    1.032997848823906e+148,
                                    9.916779348709496e+149,
                                    9.619275968248212e+151,
                                    9.426890448883248e+153,
                                    9.332621544394415e+155,
                                    9.332621544394415e+157,
                                    9.42594775983836e+159,
                                    9.614466715035127e+161,
                                    9.90290071648618e+163,
                                    1.0299016745145628e+166,
                                    1.081396758240291e+168,
                                    1.1462805637347084e+170,
                                    1.226520203196138e+172,
                                    1.324641819451829e+174,
                                    1.4438595832024937e+176,
                                    1.588245541522743e+178,
                                    1.7629525510902446e+180,
                                    1.974506857221074e+182,
                                    2.2311927486598138e+184,
                                    2.5435597334721877e+186,
                                    2.925093693493016e+188,
                                    3.393108684451898e+190,
                                    3.969937160808721e+192,
                                    4.684525849754291e+194,
                                    5.574585761207606e+196,
                                    6.689502913449127e+198,
                                    8.094298525273444e+200,
                                    9.875044200833601e+202,
                                    1.214630436702533e+205,
                                    1.506141741511141e+207,
                                    1.882677176888926e+209,
                                    2.372173242880047e+211,
                                    3.0126600184576594e+213,
                                    3.856204823625804e+215,
                                    4.974504222477287e+217,
                                    6.466855489220474e+219,
                                    8.47158069087882e+221,
                                    1.1182486511960043e+224,
                                    1.4872707060906857e+226,
                                    1.9929427461615188e+228,
                                    2.6904727073180504e+230,
                                    3.659042881952549e+232,
                                    5.012888748274992e+234,
                                    6.917786472619489e+236,
                                    9.615723196941089e+238,
                                    1.3462012475717526e+241,
                                    1.898143759076171e+243,
                                    2.695364137888163e+245,
                                    3.854370717180073e+247,
                                    5.5502938327393044e+249,
                                    8.047926057471992e+251,
                                    1.1749972043909107e+254,
                                    1.727245890454639e+256,
                                    2.5563239178728654e+258,
                                    3.80892263763057e+260,
                                    5.713383956445855e+262,
                                    8.62720977423324e+264,
                                    1.3113358856834524e+267,
                                    2.0063439050956823e+269,
                                    3.0897696138473508e+271,
                                    4.789142901463394e+273,
                                    7.471062926282894e+275,
                                    1.1729568794264145e+278,
                                    1.853271869493735e+280,
                                    2.9467022724950384e+282,
                                    4.7147236359920616e+284,
                                    7.590705053947219e+286,
                                    1.2296942187394494e+289,
                                    2.0044015765453026e+291,
                                    3.287218585534296e+293,
                                    5.423910666131589e+295,
                                    9.003691705778438e+297,
                                    1.503616514864999e+300,
                                    2.5260757449731984e+302,
                                    4.269068009004705e+304,
                                    7.257415615307999e+306};

/* sum of B_2k/(2k (2k - 1) z^(2k - 1)), DLMF 5.11.1. At z >= 20 the first term left out is below 2^-100, and so
 * are the roundings of the terms in plain double, those from B_14 on. */
dd stirling_tail(dd z) {
  static const dd leading[] = {
      {0.08333333333333333, 4.625929269271485e-18},    {-0.002777777777777778, 1.0601087908747154e-19},
      {0.0007936507936507937, 6.883823317368282e-22},  {-0.0005952380952380953, 5.36938218754726e-20},
      {0.0008417508417508417, 3.6870174889237694e-20}, {-0.0019175269175269176, 1.0675702776872475e-19}};
  static const double rest[] = {0.00641025641025641, -0.029550653594771242, 0.17964437236883057, -1.3924322169059011,
                                13.402864044168393,  -156.84828462600203,   2193.1033333333335,  -36108.77125372499};
  dd w = dd_div(dd_of(1.0), z);
  return dd_mul(w, dd_polynomial(leading, 6, rest, 8, dd_mul(w, w)));
}

/* Moves z up by the recurrence until Stirling's formula holds to 2^-98: gamma(z) = gamma(z + m)/(z ... (z + m - 1)).
 * z(log z - 1) rather than z log z - z: no overflow before the result's. */
gamma_parts gamma_split(dd z) {
  dd product = dd_of(1.0);
  if (!(z.h > 0.0 && z.h <= DBL_MAX))
    return (gamma_parts){dd_of(special_nan()), product};
  if (z.h < STIRLING_FROM) {
    product = z;
    for (z = dd_add_d(z, 1.0); z.h < STIRLING_FROM; z = dd_add_d(z, 1.0))
      product = dd_mul(product, z);
  }
  dd l = dd_log(z);
  dd r = dd_sub(dd_mul(z, dd_add_d(l, -1.0)), dd_scale(l, 0.5));
  r = dd_add(r, dd_add(stirling_tail(z), dd_half_log_2pi));
  return (gamma_parts){r, product};
}

static dd_scaled gamma_positive(dd z) {
  gamma_parts g = gamma_split(z);
  return scaled_div(dd_exp(g.log), g.product);
}

/* gamma(z) = pi/(sin(pi z) gamma(1 - z)), DLMF 5.5.3. */
static dd_scaled gamma_reflected(dd z) {
  dd sine, cosine;
  dd_sincos_pi(z, &sine, &cosine);
  gamma_parts g = gamma_split(dd_add_d(dd_neg(z), 1.0));
  dd_scaled r = dd_exp(dd_neg(g.log));
  return scaled_div(scaled_mul(r, dd_mul(dd_pi, g.product)), sine);
}

static dd_scaled gamma_unbounded(dd z) {
  return z.h > 0.0 ? gamma_positive(z) : gamma_reflected(z);
}

/* gamma of a finite z. Below 2^-60 it is 1/z - 0.577...; above 172 it overflows; below -190 it is less than half of
 * the least subnormal even in the middle between two neighbours of a pole. */
static double gamma_of(dd z) {
  if (fabs(z.h) < 0x1p-60)
    return 1.0 / z.h;
  if (z.h > 172.0)
    return HUGE_VAL;
  if (is_pole(z))
    return special_nan();
  if (z.h < -190.0)
    return is_odd(floor(z.h)) ? -0.0 : 0.0;
  return dd_scaled_value(gamma_unbounded(z));
}

/* gamma(z) digamma(z), rounded once: gamma alone may be subnormal or too large. Near 0, -1/z^2. */
static double gamma_slope_of(dd z) {
  if (fabs(z.h) < 0x1p-60)
    return -1.0 / z.h / z.h;
  if (z.h > 172.0 || is_pole(z))
    return z.h > 0.0 ? HUGE_VAL : special_nan();
  if (z.h < -190.0)
    return 0.0;
  return dd_scaled_value(scaled_mul(gamma_unbounded(z), digamma_of(z)));
}

double k_gamma_slope(double a) {
  if (!(fabs(a) <= DBL_MAX))
    return a > 0.0 ? a : special_nan();
  return gamma_slope_of(dd_of(a));
}

double k_gamma(double a) {
  if (a >= 1.0 && a <= 171.0 && is_whole(a))
    return factorials[(int)a - 1];
  if (!(fabs(a) <= DBL_MAX))
    return a > 0.0 ? a : special_nan();
  return gamma_of(dd_of(a));
}

double k_factorial(double a) {
  if (a >= 0.0 && a <= 170.0 && is_whole(a))
    return factorials[(int)a];
  if (!(fabs(a) <= DBL_MAX))
    return a > 0.0 ? a : special_nan();
  if (a == -1.0)
    return special_nan();
  return gamma_of(dd_sum(a, 1.0));
}

double k_factorial_slope(double a) {
  if (!(fabs(a) <= DBL_MAX) || a == -1.0)
    return a > 0.0 ? a : special_nan();
  return gamma_slope_of(dd_sum(a, 1.0));
}

/* log gamma(2 + u) for |u| <= 1/2: (1 - euler) u + sum of (-1)^k (zeta(k) - 1) u^k/k, DLMF 5.7.3. The terms fall like
 * 4^-k; the error is 2^-62 of the first one. */
static dd loggamma_near_2(double u) {
  static const dd leading[] = {{0.42278433509846713, 4.942915152430645e-18},
                               {0.3224670334241132, 1.520336175199238e-17},
                               {-0.0673523010531981, 6.87667631175899e-18},
                               {0.020580808427784546, 1.4629392512775695e-18},
                               {-0.007385551028673986, 4.1051370891788617e-19}};
  static const double rest[] = {
      0.0028905103307415234,  -0.001192753911703261,   0.0005096695247430425,  -0.00022315475845357939,
      9.945751278180853e-05,  -4.492623673813314e-05,  2.050721277567069e-05,  -9.439488275268397e-06,
      4.374866789907488e-06,  -2.039215753801366e-06,  9.55141213040742e-07,   -4.492469198764566e-07,
      2.1207184805554665e-07, -1.0043224823968099e-07, 4.7698101693639804e-08, -2.2711094608943164e-08,
      1.0838659214896955e-08, -5.183475041970047e-09,  2.4836745438024785e-09, -1.1921401405860912e-09,
      5.731367241678862e-10,  -2.7595228851242334e-10, 1.330476437424449e-10,  -6.4229645638381e-11,
      3.1044247747322276e-11, -1.5021384080754142e-11, 7.275974480239079e-12};
  return dd_mul_d(dd_polynomial(leading, 5, rest, 27, dd_of(u)), u);
}

/* log gamma in (0, inf), relative to itself also near its zeros 1 and 2. */
static dd loggamma_positive(double a) {
  if (a >= 0.5 && a <= 1.5)
    return dd_sub(loggamma_near_2(a - 1.0), dd_log1p(dd_of(a - 1.0)));
  if (a > 1.5 && a <= 2.5)
    return loggamma_near_2(a - 2.0);
  gamma_parts g = gamma_split(dd_of(a));
  return a < STIRLING_FROM ? dd_sub(g.log, dd_log(g.product)) : g.log;
}

double k_loggamma(double a) {
  double m = fabs(a);
  if (!(m <= DBL_MAX))
    return m;
  if (m < 0x1p-60)
    return -log(m);
  if (a >= 0x1p1000)
    return a * (log(a) - 1.0);
  if (a > 0.0)
    return dd_value(loggamma_positive(a));
  if (is_whole(a))
    return HUGE_VAL;
  dd sine, cosine; /* log|gamma(a)| = log(pi/|sin(pi a)|) - log gamma(1 - a) */
  dd_sincos_pi(dd_of(a), &sine, &cosine);
  dd quotient = dd_div(dd_pi, sine.h < 0.0 ? dd_neg(sine) : sine);
  gamma_parts g = gamma_split(dd_sum(1.0, m));
  return dd_value(dd_sub(dd_log(dd_mul(quotient, g.product)), g.log));
}
