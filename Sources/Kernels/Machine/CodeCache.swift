import Synchronization
import X86

/// Code by what it was generated from, so that layers of one form share it.
final class CodeCache<Key: Hashable & Sendable>: Sendable {
  private let codes = Mutex<[Key: KernelCode]>([:])

  /// The code for a key; nil where the system gives no executable memory.
  func code(for key: Key, generate: (Key) -> Assembler) -> KernelCode? {
    codes.withLock { codes in
      if let known = codes[key] { return known }
      guard let code = try? KernelCode(generate(key)) else { return nil }
      codes[key] = code
      return code
    }
  }
}
