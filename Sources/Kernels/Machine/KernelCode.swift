import X86

/// Generated code, shared by the kernels that run it.
///
/// A class because the pages have one owner and many users.
final class KernelCode: @unchecked Sendable {
  // Never written after `init`; running code changes nothing of it.
  private let memory: ExecutableMemory

  init(_ assembler: consuming Assembler) throws(ExecutableMemory.Refusal) {
    memory = try ExecutableMemory(assembler.code())
  }

  /// The code reads and writes only what its generator says that the arguments lead to.
  @unsafe func run<Arguments: BitwiseCopyable>(_ arguments: inout Arguments) {
    unsafe withUnsafeMutableBytes(of: &arguments) { bytes in
      guard let base = bytes.baseAddress else { return }
      unsafe memory.call(base)
    }
  }
}
