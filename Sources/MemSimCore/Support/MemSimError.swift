/// Why a call could not be carried out. The boundary turns it into a status and a message.
public enum MemSimError: Error, Equatable {
  /// A value out of range, or an unknown name.
  case argument(String)
  /// A buffer without the documented number of elements.
  case shape(String)
  /// A solver that did not reach its tolerance.
  case convergence(String)
  /// Memory that is not to be had.
  case memory(String)
  /// A file that could not be opened, read or written.
  case file(String)
  /// A saved state that is damaged, truncated or from a newer version.
  case format(String)
  /// A handle that another thread is using.
  case busy(String)
}
