import Glibc

/// What the process was started with.
package enum Environment {
  /// The value of a variable; nil where it is not set or not text.
  package static func value(_ name: String) -> String? {
    // The environment is not changed while netc runs; the value is copied at once.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(validatingCString: value)
  }

  /// Whether a standard descriptor is a terminal.
  package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }
}
