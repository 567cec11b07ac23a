/* The reading layer from C: what comes out, notes, advice, places, and who owns what. */
#include "checks.h"
#include "symad.h"

typedef struct row {
  const char *typed, *strict, *notes;
} row;

static const row rows[] = {
    {"x**2 + sin(x)", "x**2 + sin(x)", ""},
    {"", "", ""},
    {"2x", "2*x", "read as 2*x\n"},
    {"np.sin(x) # a comment\n", "sin(x) # a comment\n", ""},
    {"x > 0 ? x : 0", "Piecewise((x, x > 0), (0, True))", ""},
    {"f(x) = x^2", "x: x^2", ""},
    {"\\frac{x}{2}", "x/2", "LaTeX, read as x/2\n"},
    {"\xce\xb8 + 1", "theta + 1", "\xce\xb8 is called theta\n"},
    {"Log[2, x]", "log(x, 2)", "Mathematica, read as log(x, 2): its base comes first\n"},
    {"x[1]*y", "x1*y", ""},
    {"x \\cdot\\cdot y", "x* *y", ""}, /* given up: two signs stay two */
};

static void test_rows(void) {
  for (size_t i = 0; i < COUNT(rows); i++) {
    symad_reading *reading;
    symad_reading_view view;
    symad_detail detail;
    CHECK(symad_read(rows[i].typed, strlen(rows[i].typed), NULL, 0, NULL, NULL, &reading, &detail) == OK);
    symad_reading_get(reading, &view);
    CHECK(detail.status == OK && view.n_text == strlen(view.text) && view.n_notes == strlen(view.notes));
    if (strcmp(view.text, rows[i].strict) != 0 || strcmp(view.notes, rows[i].notes) != 0)
      printf("%s: [%s] [%s]\n", rows[i].typed, view.text, view.notes);
    CHECK(strcmp(view.text, rows[i].strict) == 0 && strcmp(view.notes, rows[i].notes) == 0);
    CHECK(view.n_reason == 0 && view.n_advice == 0);
    symad_reading_free(reading);
  }
  symad_reading_free(NULL);
}

static void test_refusals(void) {
  symad_reading *reading;
  symad_reading_view view;
  symad_detail detail;
  CHECK(symad_read("a = x\n1/2x", 10, NULL, 0, NULL, NULL, &reading, &detail) == SYMAD_ERR_READING);
  CHECK(detail.line == 2 && detail.column == 4 && detail.offset == 9 && detail.length == 1);
  symad_reading_get(reading, &view);
  CHECK(view.n_text == 0 && strcmp(view.reason, "a missing * after / has two readings") == 0);
  CHECK(strcmp(view.advice, "x/2\n1/(2*x)") == 0);
  symad_reading_free(reading);
  symad_limits limits;
  symad_limits_default(&limits);
  limits.text = 4;
  CHECK(symad_read("x + 1", 5, NULL, 0, &limits, NULL, &reading, &detail) == SYMAD_ERR_LIMIT_TEXT && reading == NULL);
  CHECK(detail.offset == 4 && symad_read("x + 1", 5, NULL, 0, &limits, NULL, &reading, NULL) == SYMAD_ERR_LIMIT_TEXT);
}

static void test_names(void) {
  static const char *const variables[] = {"e", "lg", NULL};
  symad_reading *reading;
  symad_reading_view view;
  CHECK(symad_read("e*lg", 4, variables, 2, NULL, NULL, &reading, NULL) == OK);
  symad_reading_get(reading, &view);
  CHECK(view.n_notes == 0 && strcmp(view.text, "e*lg") == 0 && !view.is_partial);
  symad_reading_free(reading);
}

static void test_places(void) {
  symad_reading *reading;
  symad_reading_view view;
  CHECK(symad_read("np.sin(x) + 2y", 14, NULL, 0, NULL, NULL, &reading, NULL) == OK);
  symad_reading_get(reading, &view);
  CHECK(strcmp(view.text, "sin(x) + 2*y") == 0);
  CHECK(symad_reading_origin(reading, 0) == 3 && symad_reading_origin(reading, 4) == 7);
  CHECK(symad_reading_origin(reading, 9) == 12 && symad_reading_origin(reading, 11) == 13);
  CHECK(symad_reading_origin(reading, view.n_text) == 14);
  symad_reading_free(reading);
}

int main(void) {
  test_rows();
  test_refusals();
  test_names();
  test_places();
  return finished("test_read");
}
