// Tests of memsim.hpp: that it hands on what memsim.h does, in either precision and from any container.
#include "memsim.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#include <unistd.h>
#if __cplusplus >= 202002L
#include <span>
#endif

#include "test.h"

static_assert(!std::is_copy_constructible_v<memsim::Array> && std::is_nothrow_move_constructible_v<memsim::Array>);
static_assert(!std::is_copy_constructible_v<memsim::Context> && std::is_nothrow_move_constructible_v<memsim::Context>);
static_assert(std::is_constructible_v<memsim::Span<const float>, std::vector<float> &>);
static_assert(!std::is_constructible_v<memsim::Span<const float>, std::vector<double> &>);
static_assert(!std::is_constructible_v<memsim::Span<float>, const std::vector<float> &>);

namespace {

constexpr std::size_t rows = 12, columns = 10, cells = rows * columns;

// The status of what `call` throws; MEMSIM_OK if nothing.
template <class Call> memsim_status thrown(Call call, const char *word = "") {
  try {
    call();
    return MEMSIM_OK;
  } catch (const memsim::Error &error) {
    return std::strstr(error.what(), word) ? error.status() : MEMSIM_OK;
  }
}

memsim::Array make_array(std::uint64_t seed = 1) {
  memsim::ArrayConfig config;
  config.seed = seed;
  return memsim::Array("synaptogen", rows, columns, config);
}

int library_is_described() {
  ENSURE(memsim::version() == memsim_version());
  ENSURE(std::strcmp(memsim::build_info(), memsim_build_info()) == 0);
  ENSURE(memsim::Context(3).threads() == 3 && memsim::Context().threads() >= 1);
  ENSURE(thrown([] { memsim::Context(-1); }, "threads") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int models_are_listed() {
  const auto models = memsim::models();
  const memsim::Model &model = models.at("synaptogen");
  ENSURE(models.size() == static_cast<std::size_t>(memsim_model_count()));
  ENSURE(model.params.size() == static_cast<std::size_t>(model.card.param_count) && !model.params.empty());
  ENSURE(model.options.size() == static_cast<std::size_t>(model.card.option_count) && !model.options.empty());
  ENSURE(std::string(model.quantities.at(0).name) == "current");
  ENSURE(models.at("jart-vcm-v1b").presets.size() == static_cast<std::size_t>(models.at("jart-vcm-v1b").card.preset_count));
  ENSURE(std::string(model.states.at(0).name) == make_array().state_names().at(0));
  ENSURE(thrown([] { memsim::model("nope"); }, "nope") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int random_numbers_match_c() {
  const memsim::Key key = {7, 3, 11};
  const memsim::Context two(2);
  std::vector<double> expected(1000), out(1000);
  ENSURE(memsim_random_normal(nullptr, &key, 1, 2, expected.data(), MEMSIM_FLOAT64, 1000) == MEMSIM_OK);
  memsim::random::normal<double>(out, key, 1, 2, &two);
  ENSURE(out == expected && memsim::random::normal<double>(1000, key, 1.0, 2.0) == expected);
  ENSURE(memsim::random::normal(10, key).size() == 10 && memsim::random::uniform(0, key).empty());
  ENSURE(memsim::random::uniform<double>(9, key) != memsim::random::exponential<double>(9, key));
  ENSURE(std::fabs(memsim::random::lognormal<double>(1, key, 1.0, 0.0).at(0) / std::exp(1.0) - 1) < 1e-15);
  ENSURE(memsim::random::poisson(5, key, 0.0) == std::vector<std::int32_t>(5, 0));
  ENSURE(memsim::random::bernoulli(5, key, 1.0) == std::vector<std::uint8_t>(5, 1));
  ENSURE(memsim::random::integers<std::int64_t>(5, key, 8, 9) == std::vector<std::int64_t>(5, 8));
  ENSURE(thrown([&] { memsim::random::normal(1, key, 0.0, -1.0); }, "std") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int arrays_are_made_as_configured() {
  const memsim::Context context(2);
  memsim::ArrayConfig config;
  config.seed = 3;
  config.params["order"] = {4};
  config.options["start"] = "stationary";
  config.context = &context;
  const memsim::Array array("synaptogen", rows, columns, config);
  ENSURE(array.shape() == std::make_pair(rows, columns) && array.size() == cells);
  ENSURE(array.model() == "synaptogen" && array.memory() > cells && array.hash() != make_array(3).hash());
  ENSURE(thrown([] { memsim::Array("nope", 1, 1); }, "nope") == MEMSIM_ERR_ARGUMENT);
  config.params["order"] = {4, 4};
  ENSURE(thrown([&] { memsim::Array("synaptogen", 1, 1, config); }, "order") == MEMSIM_ERR_SHAPE);
  return 0;
}

int voltages_come_from_any_container() {
  std::array<memsim::Array, 5> arrays = {make_array(), make_array(), make_array(), make_array(), make_array()};
  const std::vector<float> vector(cells, -1.5f);
  std::array<double, cells> array;
  array.fill(-1.5);
  double plain[cells];
  std::copy(array.begin(), array.end(), plain);
  arrays[0].apply(-1.5);
  arrays[1].apply(vector);
  arrays[2].apply(array);
  arrays[3].apply(plain);
#if __cplusplus >= 202002L
  arrays[4].apply(std::span<const double>(plain));
#else
  arrays[4].apply({plain, cells});
#endif
  for (const auto &one : arrays) ENSURE(one.hash() == arrays[0].hash() && one.hash() != make_array().hash());
  return 0;
}

int masks_choose_cells() {
  memsim::Array array = make_array();
  std::vector<std::uint8_t> where(cells, 0);
  where[5] = 1;
  array.apply(-3, where);
  const auto set = array.state("in_LRS");
  for (std::size_t i = 0; i < cells; i++) ENSURE(set[i] == (i == 5));
  where.pop_back();
  ENSURE(thrown([&] { array.apply(-3, where); }, "where") == MEMSIM_ERR_SHAPE);
  return 0;
}

int reads_agree_with_products() {
  memsim::Array array = make_array();
  const memsim::Read quiet = {memsim::Noise::none, 1e8};
  const auto currents = array.read(0.2, quiet);
  const auto conductance = array.conductance(0.2);
  const auto sums = array.vmm(std::vector<double>(rows, 0.2), quiet);
  double sum = 0;
  for (std::size_t i = 0; i < rows; i++) sum += currents[i * columns];
  ENSURE(std::fabs(sums.at(0) / sum - 1) < 1e-6 && std::fabs(conductance[7] * 0.2 / currents[7] - 1) < 1e-6);
  ENSURE(array.read(0.2) != currents && array.read(0.2, quiet) == currents);
  std::vector<float> narrow(cells), volts(3 * rows, 0.2f), out(3 * columns);
  array.read(std::vector<float>{0.2f}, narrow, quiet);
  array.vmm(volts, out, quiet);
  ENSURE(narrow[7] == static_cast<float>(currents[7]));
  ENSURE(std::fabs(out[0] / sum - 1) < 1e-5);  // single precision: the two parts of a small current nearly cancel
  ENSURE(thrown([&] { array.read(volts, out); }) == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { array.vmm(std::vector<double>(rows + 1)); }, "volts") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { array.apply(std::nan("")); }, "volts") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int states_are_read_and_set() {
  memsim::Array array = make_array();
  std::vector<double> r(cells);
  for (std::size_t i = 0; i < cells; i++) r[i] = static_cast<double>(i) / 128;
  array.set_state("r", r);
  ENSURE(array.state("r") == r && array.state<float>("r").at(64) == 0.5f);
  array.set_state("r", 0.25);
  ENSURE(array.state("r") == std::vector<double>(cells, 0.25));
  ENSURE(thrown([&] { array.state("nope"); }, "nope") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { array.set_state("cycle", 1.0); }, "cycle") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

memsim::Array make_timed(const char *preset = "") {
  memsim::ArrayConfig config;
  config.preset = preset;
  return memsim::Array("jart-vcm-v1b", rows, columns, config);
}

int voltages_have_durations() {
  std::array<memsim::Array, 6> arrays = {make_timed(), make_timed(), make_timed(),
                                         make_timed(), make_timed(), make_timed()};
  const std::vector<float> narrow(cells, -0.375f);
  const std::vector<double> wide(cells, -0.375), durations(cells, 1e-6);
  arrays[0].apply(-0.375, 1e-6);
  arrays[1].apply(narrow, 1e-6);
  arrays[2].apply(wide, 1e-6);
  arrays[3].apply(-0.375, durations);
  arrays[4].apply(narrow, durations);
  arrays[5].apply(wide, durations, std::vector<std::uint8_t>(cells, 1));
  for (const auto &one : arrays) ENSURE(one.hash() == arrays[0].hash() && one.hash() != make_timed().hash());
  ENSURE(thrown([&] { arrays[0].apply(-0.375, -1.0); }, "durations") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { arrays[0].apply(wide, std::vector<double>(3)); }, "durations") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([] { make_array().apply(0.1, 1.0); }, "time") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int pulses_and_sweeps_reach_chosen_cells() {
  memsim::Array array = make_timed(), twin = make_timed();
  std::vector<std::uint8_t> where(cells, 0);
  where[5] = where[77] = 1;
  std::vector<std::int32_t> counts(cells, 0);
  counts[5] = counts[77] = 9;
  array.pulse(9, where);
  twin.pulse(counts);
  const auto n = array.state("N");
  ENSURE(n == twin.state("N") && n[5] > n[6] && n[5] == n[77]);
  const std::vector<double> times = {0, 1e-6, 2e-6}, volts = {0, 0.2, 0};
  std::vector<float> narrow(3 * 2);
  const auto all = array.sweep(times, volts);
  twin.sweep(times, volts, narrow, where);
  ENSURE(all.size() == 3 * cells && narrow[2] == static_cast<float>(all[cells + 5]) && narrow[0] == 0);
  ENSURE(thrown([&] { array.sweep(times, volts, narrow); }, "capacity") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { array.sweep(times, std::vector<double>(2)); }, "volts") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { array.sweep({}, {}); }, "times") == MEMSIM_ERR_SHAPE);
  return 0;
}

int cells_are_evaluated() {
  const std::vector<double> volts = {-0.2, 0.2};
  const auto one = memsim::evaluate("jart-vcm-v1b", volts);
  const auto many = memsim::evaluate("jart-vcm-v1b", std::vector<double>{0.2}, {{"N", {1, 0.008}}});
  ENSURE(one.at("current").size() == 2 && one.at("current")[0] < 0 && one.size() == many.size());
  ENSURE(many.at("current")[1] == one.at("current")[1] && many.at("current")[0] > many.at("current")[1]);
  memsim::EvaluateConfig config;
  config.params["Rth0"] = {10e6};
  const auto cooler = memsim::evaluate("jart-vcm-v1b", volts, {}, config);
  ENSURE(cooler.at("temperature")[0] < one.at("temperature")[0]);
  std::vector<float> narrow(2);
  const std::vector<float> narrow_volts = {-0.2f, 0.2f};
  memsim::evaluate<float>("jart-vcm-v1b", narrow_volts, {}, {{"current", narrow}});
  ENSURE(std::fabs(narrow[0] / one.at("current")[0] - 1) < 1e-4);  // what single precision leaves
  ENSURE(thrown([&] { memsim::evaluate("jart-vcm-v1b", volts, {{"T", {300}}}); }, "T") == MEMSIM_ERR_ARGUMENT);
  config.preset = "nope";
  ENSURE(thrown([&] { memsim::evaluate("jart-vcm-v1b", volts, {}, config); }, "nope") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([] { make_timed("nope"); }, "nope") == MEMSIM_ERR_ARGUMENT);
  ENSURE(make_timed("user-guide").hash() != make_timed().hash());
  return 0;
}

int arrays_are_saved_and_moved() {
  memsim::Array array = make_array();
  array.apply(-1.5);
  const std::uint64_t hash = array.hash();
  char path[] = "memsim-cpp-XXXXXX";
  ENSURE(close(mkstemp(path)) == 0);
  array.save(path);
  ENSURE(memsim::Array::load(path).hash() == hash && unlink(path) == 0);
  std::vector<std::uint8_t> bytes = array.bytes();
  ENSURE(memsim::Array::from_bytes(bytes).hash() == hash);
  bytes[bytes.size() / 2] ^= 1;
  ENSURE(thrown([&] { memsim::Array::from_bytes(bytes); }) == MEMSIM_ERR_FORMAT);
  ENSURE(thrown([] { memsim::Array::load("no-such-file"); }, "no-such-file") == MEMSIM_ERR_FILE);
  memsim::Array moved = std::move(array);
  array = make_array(2);
  ENSURE(moved.hash() == hash && array.hash() != hash);
  return 0;
}

int plain_products_and_converters_work() {
  const std::vector<double> conductance = {1, 2, 3, 4, 5, 6};  // 2 x 3
  const std::vector<double> volts = {1, 10, 0.5, 0}, none;
  ENSURE((memsim::vmm(conductance, 2, volts) == std::vector<double>{41, 52, 63, 0.5, 1, 1.5}));
  const memsim::VmmNoise noise = {memsim::Noise::automatic, 1e8, {1, 2, 3}};
  ENSURE(memsim::vmm(conductance, 2, volts, noise).at(0) != 41);
  ENSURE(thrown([&] { memsim::vmm(conductance, 4, std::vector<double>(4)); }, "conductance") == MEMSIM_ERR_SHAPE);
  ENSURE((memsim::adc({2, 1, 4, true}, std::vector<float>{0, 1.6f, 9}) == std::vector<float>{1, 2, 4}));
  ENSURE((memsim::dac(1, 0.5, std::vector<double>{-1, 0.2, 3}) == std::vector<double>{-0.5, 0, 0.5}));
  ENSURE(memsim::vmm(conductance, 2, none).empty() && memsim::dac(4, 1.0, none).empty());
  ENSURE(make_array().vmm(none).empty());
  ENSURE(thrown([] { memsim::adc({0, 1, 4, true}, std::vector<float>(1)); }, "bits") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

}  // namespace

int main(int argc, char **argv) try {
  static const test_case tests[] = {
      {"cpp.library", library_is_described},      {"cpp.models", models_are_listed},
      {"cpp.random", random_numbers_match_c},     {"cpp.config", arrays_are_made_as_configured},
      {"cpp.containers", voltages_come_from_any_container}, {"cpp.masks", masks_choose_cells},
      {"cpp.reads", reads_agree_with_products},   {"cpp.states", states_are_read_and_set},
      {"cpp.durations", voltages_have_durations}, {"cpp.pulses", pulses_and_sweeps_reach_chosen_cells},
      {"cpp.evaluate", cells_are_evaluated},      {"cpp.saved", arrays_are_saved_and_moved},  {"cpp.dense", plain_products_and_converters_work},
  };
  return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
} catch (const memsim::Error &error) {
  std::printf("status %d: %s\n", error.status(), error.what());
  return 1;
}
