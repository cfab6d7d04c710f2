/* Of memsim.hpp: models of devices, nonidealities. */
#ifndef MEMSIM_MODELS_HPP
#define MEMSIM_MODELS_HPP

#include "core.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace memsim {

/** A device model with its parameters, options, states, quantities and presets. Strings live as long as the library. */
struct Model {
  memsim_model_card card;
  std::vector<memsim_param_card> params;
  std::vector<memsim_option_card> options;
  std::vector<memsim_state_card> states;
  std::vector<memsim_state_card> quantities; /**< what evaluate() gives */
  std::vector<memsim_preset_card> presets;   /**< parameters that were published together */
};

namespace detail {
template <class Card, class Call> std::vector<Card> cards(Call call, const char *model, std::int32_t count) {
  std::vector<Card> all(static_cast<std::size_t>(count));
  std::int32_t index = 0;
  for (Card &card : all) {
    card.size = sizeof(Card);
    check(call(model, index++, &card));
  }
  return all;
}

/* What has the card `name`, the card alone. */
template <class Call> Model described(Call info, const std::string &name) {
  Model found;
  found.card.size = sizeof found.card;
  check(info(name.c_str(), &found.card));
  return found;
}

/* All that `describe` knows, by name. */
template <class Name, class Describe>
std::map<std::string, Model> all(std::int32_t count, Name name_of, Describe describe) {
  std::map<std::string, Model> found;
  for (std::int32_t index = 0; index < count; index++) {
    const std::string name = name_of(index);
    found.emplace(name, describe(name));
  }
  return found;
}
}  // namespace detail

/** Describes a model by its name. */
inline Model model(const std::string &name) {
  Model found = detail::described(memsim_model_info, name);
  found.params = detail::cards<memsim_param_card>(memsim_model_param, found.card.name, found.card.param_count);
  found.options = detail::cards<memsim_option_card>(memsim_model_option, found.card.name, found.card.option_count);
  found.states = detail::cards<memsim_state_card>(memsim_model_state, found.card.name, found.card.state_count);
  found.quantities =
      detail::cards<memsim_state_card>(memsim_model_quantity, found.card.name, found.card.quantity_count);
  found.presets = detail::cards<memsim_preset_card>(memsim_model_preset, found.card.name, found.card.preset_count);
  return found;
}

/** Every model of this build, by name. */
inline std::map<std::string, Model> models() {
  return detail::all(memsim_model_count(), memsim_model_name, model);
}

/** What may differ from the defaults of a model when it is evaluated. */
struct EvaluateConfig {
  std::map<std::string, std::vector<double>> params; /**< by name, row-major; see Model::params */
  std::map<std::string, std::string> options;        /**< by name; see Model::options */
  std::string preset;                                /**< see Model::presets; empty: none. `params` win */
  const Context *context = nullptr;
};

namespace detail {
/* What differs from a model's defaults, as the defs of memsim.h take it; refers to the config. */
class Settings {
 public:
  template <class Config> explicit Settings(const Config &config) {
    for (const auto &[name, values] : config.params) params_.push_back({name.c_str(), values.data(), values.size()});
    for (const auto &[name, choice] : config.options) options_.push_back({name.c_str(), choice.c_str()});
    preset_ = config.preset.empty() ? nullptr : config.preset.c_str();
  }
  template <class Def> void write(Def &def) const noexcept {
    def.preset = preset_;
    def.params = params_.data();
    def.param_count = params_.size();
    def.options = options_.data();
    def.option_count = options_.size();
  }

 private:
  std::vector<memsim_param> params_;
  std::vector<memsim_option> options_;
  const char *preset_;
};
}  // namespace detail

/** Buffers by name: of states, or of quantities. */
template <class T> using Named = std::map<std::string, Span<T>>;

/** Quantities of independent cells at voltages, for given states: no array, no time, no noise. T is float or double.
 *  @param volts   one for all, or [cells] V
 *  @param states  settable ones, one value for all or [cells]; those not given are those of new cells
 *  @param outputs [cells] each, by the names of Model::quantities; their common size is the number of cells */
template <class T>
void evaluate(const std::string &model, Span<const T> volts, const Named<const T> &states, const Named<T> &outputs,
              const EvaluateConfig &config = {}) {
  memsim_evaluate_def def;
  detail::check(memsim_evaluate_def_init(&def, sizeof def));
  const detail::Settings settings(config);
  settings.write(def);
  std::vector<memsim_values> given;
  for (const auto &[name, values] : states) given.push_back({name.c_str(), values.data(), values.size()});
  std::vector<memsim_output> wanted;
  for (const auto &[name, out] : outputs) wanted.push_back({name.c_str(), out.data()});
  if (!outputs.empty()) def.count = outputs.begin()->second.size();
  for (const auto &[name, out] : outputs) detail::check_size(name.c_str(), out, static_cast<std::size_t>(def.count));
  def.model = model.c_str();
  def.dtype = detail::dtype<T>::value;
  def.volts = volts.data();
  def.volts_count = volts.size();
  def.states = given.data();
  def.state_count = given.size();
  detail::check(memsim_model_evaluate(detail::handle(config.context), &def, wanted.data(), wanted.size()));
}

/** The same for all quantities of the model, in new vectors: as many cells as the longest of the inputs has values. */
inline std::map<std::string, std::vector<double>> evaluate(
    const std::string &name, Span<const double> volts, const std::map<std::string, std::vector<double>> &states = {},
    const EvaluateConfig &config = {}) {
  Named<const double> given;
  std::size_t count = volts.size();
  for (const auto &[state, values] : states) {
    given.emplace(state, values);
    if (values.size() > count) count = values.size();
  }
  std::map<std::string, std::vector<double>> found;
  Named<double> outputs;
  for (const memsim_state_card &card : model(name).quantities) {
    outputs.emplace(card.name, found.emplace(card.name, std::vector<double>(count)).first->second);
  }
  evaluate<double>(name, volts, given, outputs, config);
  return found;
}

/* Nonidealities: in what the devices of trained layers, and of crossbars with wires, differ from conductances. */

/** A nonideality by name, or a selector; parameters that are not given keep their defaults. */
struct Nonideality {
  std::string name;                                       /**< of nonidealities(), or of selectors() */
  std::map<std::string, std::vector<double>> params = {}; /**< by name; see Model::params */
};

namespace detail {
/* Nonidealities as memsim.h takes them; refers to those given. */
class NonidealityList {
 public:
  explicit NonidealityList(Span<const Nonideality> given) : params_(given.size()) {
    for (std::size_t i = 0; i < given.size(); i++) {
      for (const auto &[name, values] : given[i].params) {
        params_[i].push_back({name.c_str(), values.data(), values.size()});
      }
      list_.push_back({given[i].name.c_str(), params_[i].data(), params_[i].size()});
    }
  }
  const std::vector<memsim_nonideality> &list() const noexcept { return list_; }

 private:
  std::vector<std::vector<memsim_param>> params_;
  std::vector<memsim_nonideality> list_;
};
}  // namespace detail

/** Describes a nonideality by its name: a Model that has a card and parameters alone. */
inline Model nonideality(const std::string &name) {
  Model found = detail::described(memsim_nonideality_info, name);
  found.params = detail::cards<memsim_param_card>(memsim_nonideality_param, found.card.name, found.card.param_count);
  return found;
}

/** Every nonideality of this build, by name. */
inline std::map<std::string, Model> nonidealities() {
  return detail::all(memsim_nonideality_count(), memsim_nonideality_name, nonideality);
}

/** Currents of single devices by a nonideality that is an I-V law, and their derivatives.
 *  @param volts         [devices] V
 *  @param conductance   [devices] S, > 0
 *  @param normals       [devices x 2] standard normals of each device
 *  @param current       [devices] A
 *  @param d_conductance [devices] V, dI/dG
 *  @param d_voltage     [devices] S, dI/dV */
inline void law_evaluate(const Nonideality &law, Span<const double> volts, Span<const double> conductance,
                         Span<const double> normals, Span<double> current, Span<double> d_conductance,
                         Span<double> d_voltage) {
  const std::size_t count = volts.size();
  detail::check_size("conductance", conductance, count);
  detail::check_size("normals", normals, 2 * count);
  detail::check_size("current", current, count);
  detail::check_size("d_conductance", d_conductance, count);
  detail::check_size("d_voltage", d_voltage, count);
  const detail::NonidealityList given({&law, 1});
  detail::check(memsim_law_evaluate(given.list().data(), detail::address(volts), detail::address(conductance),
                                    detail::address(normals), count, detail::address(current),
                                    detail::address(d_conductance), detail::address(d_voltage)));
}

/** What a law gives for single devices. */
struct LawCurrents {
  std::vector<double> current;       /**< A */
  std::vector<double> d_conductance; /**< V, dI/dG */
  std::vector<double> d_voltage;     /**< S, dI/dV */
};
inline LawCurrents law_evaluate(const Nonideality &law, Span<const double> volts, Span<const double> conductance,
                                Span<const double> normals) {
  const std::vector<double> zeros(volts.size());
  LawCurrents found{zeros, zeros, zeros};
  law_evaluate(law, volts, conductance, normals, found.current, found.d_conductance, found.d_voltage);
  return found;
}

}  // namespace memsim

#endif
