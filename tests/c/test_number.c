/* Decimal literals: known hard ones, midpoints built by exact arithmetic, and the C library as a second opinion. */
#include "checks.h"
#include "symad.h"

#include <math.h>

static char *repeated(const char *head, const char *piece, size_t n, const char *middle, const char *tail) {
  size_t size = strlen(head) + n * (strlen(piece) + strlen(tail)) + strlen(middle) + 1;
  char *text = calloc(size, 1), *p = text;
  p += sprintf(p, "%s", head);
  for (size_t i = 0; i < n; i++)
    p += sprintf(p, "%s", piece);
  p += sprintf(p, "%s", middle);
  for (size_t i = 0; i < n; i++)
    p += sprintf(p, "%s", tail);
  return text;
}

static double number(const char *text) {
  double value = -1.0;
  return symad_read_number(text, strlen(text), NULL, &value) == SYMAD_OK ? value : (double)NAN;
}

static symad_status number_status(const char *text) {
  return symad_read_number(text, strlen(text), NULL, &(double){0.0});
}

static void test_known_numbers(void) {
  CHECK(number("0") == 0.0 && number("000.000e5") == 0.0 && !signbit(number("0")));
  CHECK(number("1.") == 1.0 && number(".5") == 0.5 && number("007") == 7.0 && number("1E+2") == 100.0);
  CHECK(number("9007199254740993") == 9007199254740992.0); /* halfway: to even */
  CHECK(number("9007199254740995") == 9007199254740996.0);
  CHECK(number("9007199254740993.00000000000000000000000000000000000000000001") == 9007199254740994.0);
  CHECK(number("1e23") == 1e23 && number("8.5e22") == 8.5e22 && number("123456789012345e22") == 123456789012345e22);
  CHECK(number("1e400") == (double)INFINITY && number("1e-400") == 0.0);
  CHECK(number("5e-324") == 4.9406564584124654e-324 && number("2.4703282292062327e-324") == 0.0);
  CHECK(number("2.4703282292062328e-324") == 4.9406564584124654e-324);
  CHECK(number("2.2250738585072011e-308") == 0x0.fffffffffffffp-1022);
  CHECK(number("2.2250738585072014e-308") == 0x1p-1022);
  CHECK(number("1.7976931348623159e308") == (double)INFINITY);
  CHECK(number("1.7976931348623157e308") == 0x1.fffffffffffffp1023);
  CHECK(number("1.7976931348623158e308") == 0x1.fffffffffffffp1023);
  CHECK(number("0.1") == 0.1 && number("0.30000000000000004") == 0.30000000000000004);
  const char *const broken[] = {"",   ".",  "e5",   "1e",  "1e+", "1.2.3", "1 ", " 1",
                                "+1", "-1", "0x10", "1_0", "inf", "1e5.",  "1,5"};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
    CHECK(number_status(broken[i]) == SYMAD_ERR_NUMBER);
  CHECK(number_status("1e401") == SYMAD_ERR_LIMIT_EXPONENT && number_status("1e-401") == SYMAD_ERR_LIMIT_EXPONENT);
  CHECK(number_status("1e99999999999999999999") == SYMAD_ERR_LIMIT_EXPONENT && number("1e0000000400") > 1e308);
}

static void test_long_numbers(void) {
  char *text = repeated("", "9", 4001, "", "");
  double value = 0.0;
  CHECK(symad_read_number(text, 4000, NULL, &value) == SYMAD_OK && value == (double)INFINITY);
  CHECK(symad_read_number(text, 4001, NULL, &value) == SYMAD_ERR_LIMIT_DIGITS);
  text[0] = '.';
  CHECK(symad_read_number(text, 4001, NULL, &value) == SYMAD_OK && value == 1.0);
  free(text);
  text = repeated("1", "0", 3999, "e-400", "");
  CHECK(number(text) == (double)INFINITY);
  free(text);
  text = repeated("0.", "0", 3998, "1e400", "");
  CHECK(number(text) == 0.0);
  free(text);
  text = repeated("9007199254740993.", "0", 900, "1", ""); /* only its last digit says which way */
  CHECK(number(text) == 9007199254740994.0);
  text[strlen(text) - 1] = '0';
  CHECK(number(text) == 9007199254740992.0);
  free(text);
}

/* odd * 5^power as decimal digits, by schoolbook multiplication: odd / 2^power has these digits. */
static void halfway_digits(char *digits, uint32_t odd, int power) {
  int n = 0;
  memset(digits, 0, 1200);
  for (; odd != 0; odd /= 10)
    digits[n++] = (char)(odd % 10);
  for (int k = 0; k < power; k++) {
    int carry = 0;
    for (int i = 0; i < n || carry; i++) {
      int d = digits[i] * 5 + carry;
      digits[i] = (char)(d % 10);
      carry = d / 10;
      n = i >= n ? i + 1 : n;
    }
  }
  for (int i = 0; i < power; i++) /* exactly `power` decimals, most significant first */
    if (i < power - 1 - i) {
      char other = digits[power - 1 - i];
      digits[power - 1 - i] = digits[i];
      digits[i] = other;
    }
  for (int i = 0; i < power; i++)
    digits[i] = (char)(digits[i] + '0');
}

/* Midpoints between subnormals, and a hair above and below them: up to 752 digits that all matter. */
static void test_halfway_numbers(void) {
  char text[1300] = "0.";
  for (uint32_t k = 0; k < 40; k++) {
    uint32_t odd = k < 20 ? 2 * k + 1 : 2 * (k * 50000) + 1;
    double below = ldexp((double)(odd / 2), -1074), above = ldexp((double)(odd / 2 + 1), -1074);
    halfway_digits(text + 2, odd, 1075);
    CHECK(number(text) == ((odd / 2) % 2 == 0 ? below : above));
    strcat(text, "00000001");
    CHECK(number(text) == above);
    text[2 + 1075] = '\0';
    text[2 + 1074]--;
    CHECK(number(text) == below);
    memset(text + 2, 0, sizeof text - 2);
  }
}

/* The C library as the other opinion, in its "C" locale. */
static void test_random_numbers(void) {
  uint64_t state = 12345;
  char text[64];
  for (int i = 0; i < 100000; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    int n_digits = 1 + (int)(state >> 33) % 25, exponent = (int)((state >> 40) % 700) - 350, n = 0;
    if (i % 2)
      exponent = exponent % 30;
    uint64_t digits = state;
    for (int k = 0; k < n_digits; k++) {
      digits = digits * 6364136223846793005u + 1;
      n += sprintf(text + n, k == 1 ? ".%d" : "%d", (int)(digits >> 60) % 10);
    }
    sprintf(text + n, "e%d", exponent);
    double mine = number(text), other = strtod(text, NULL);
    if (memcmp(&mine, &other, sizeof mine) != 0) {
      printf("%s: %a, not %a\n", text, mine, other);
      n_failed++;
    }
  }
}

int main(void) {
  test_known_numbers();
  test_long_numbers();
  test_halfway_numbers();
  test_random_numbers();
  return finished("test_number");
}
