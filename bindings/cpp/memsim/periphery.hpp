/* Of memsim.hpp: converters. */
#ifndef MEMSIM_PERIPHERY_HPP
#define MEMSIM_PERIPHERY_HPP

#include "core.hpp"

#include <cstdint>
#include <vector>

namespace memsim {

/** A mid-tread uniform converter. */
struct Adc {
  std::int32_t bits = 4;  /**< 1...24 */
  double minimum = 1e-6;  /**< the lowest level, in the unit of the input */
  double maximum = 5e-5;  /**< the highest level */
  bool clamp_low = true;  /**< false: levels go on below minimum, as in Synaptogen */
};

/** Quantises values to the nearest level, giving the level's value. T is float or double; out may be values. */
template <class T> void adc(const Adc &how, Span<const T> values, Span<T> out, const Context *context = nullptr) {
  detail::check_size("out", out, values.size());
  memsim_adc_def def;
  detail::check(memsim_adc_def_init(&def, sizeof def));
  def.bits = how.bits;
  def.minimum = how.minimum;
  def.maximum = how.maximum;
  def.clamp_low = how.clamp_low;
  detail::check(memsim_adc(detail::handle(context), &def, detail::address(values), detail::dtype<T>::value,
                           values.size(), detail::address(out)));
}
template <class T>
std::vector<T> adc(const Adc &how, const std::vector<T> &values, const Context *context = nullptr) {
  std::vector<T> out(values.size());
  adc<T>(how, values, out, context);
  return out;
}

/** Digital-to-analogue converter of 2^bits + 1 signed codes. T is float or double; out may be values.
 *  @param values 1, full scale at +-1
 *  @param bits   1...24
 *  @param v_max  V, finite, > 0 */
template <class T>
void dac(std::int32_t bits, double v_max, Span<const T> values, Span<T> out, const Context *context = nullptr) {
  detail::check_size("out", out, values.size());
  detail::check(memsim_dac(detail::handle(context), bits, v_max, detail::address(values), detail::dtype<T>::value,
                           values.size(), detail::address(out)));
}
template <class T>
std::vector<T> dac(std::int32_t bits, double v_max, const std::vector<T> &values, const Context *context = nullptr) {
  std::vector<T> out(values.size());
  dac<T>(bits, v_max, values, out, context);
  return out;
}

}  // namespace memsim

#endif
