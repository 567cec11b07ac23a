// A tape from a file, owned as C++ owns things: gradient descent with a step found by halving.
//   ./descent formula.symad 1 1
// The file comes from Python, `symad.compile("(1 - x)**2 + 100*(y - x**2)**2").save("formula.symad")`, or from
// symad_tape_save; a file that was damaged or made up is refused with the place of its first bad byte.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <symad.h>
#include <vector>

struct free_tape {
  void operator()(symad_tape *tape) const { symad_tape_free(tape); }
};
using tape_pointer = std::unique_ptr<symad_tape, free_tape>;

static tape_pointer load(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  symad_tape *tape = nullptr;
  symad_detail detail;
  if (symad_tape_load(bytes.data(), bytes.size(), nullptr, &tape, &detail) != SYMAD_OK)
    throw std::runtime_error(path + ": byte " + std::to_string(detail.offset) + ": " + detail.message);
  return tape_pointer(tape);
}

static int run(const std::string &path, std::vector<double> x) {
  const tape_pointer tape = load(path);
  symad_view view;
  symad_tape_view(tape.get(), &view);
  if (view.n_inputs != x.size() || view.n_outputs != 1)
    throw std::runtime_error(path + " has " + std::to_string(view.n_inputs) + " variables");
  std::vector<char> work(symad_tape_work_size(tape.get(), SYMAD_WORK_SWEEP));
  std::vector<double> gradient(x.size()), next(x.size());
  double value = 0.0, tried = 0.0, step = 1.0;
  symad_tape_value_and_gradient(tape.get(), x.data(), &value, gradient.data(), work.data());
  for (int i = 0; i < 20000 && step > 1e-30; i++) {
    for (std::size_t j = 0; j < x.size(); j++)
      next[j] = x[j] - step * gradient[j];
    symad_tape_value(tape.get(), next.data(), &tried, work.data());
    if (!(tried < value)) {
      step /= 2;
      continue;
    }
    x.swap(next);
    step *= 1.5;
    symad_tape_value_and_gradient(tape.get(), x.data(), &value, gradient.data(), work.data());
  }
  for (uint32_t j = 0; j < view.n_inputs; j++) // inputs are the first labels
    std::printf("%.*s = %.3f\n", static_cast<int>(view.labels[j].text_length), view.names + view.labels[j].text, x[j]);
  return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
  try {
    if (argc < 2)
      throw std::runtime_error("usage: descent FILE START...");
    std::vector<double> x;
    for (int i = 2; i < argc; i++)
      x.push_back(std::strtod(argv[i], nullptr));
    return run(argv[1], x);
  } catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return EXIT_FAILURE;
  }
}
