import Kernels

extension CommandOption {
  package static let isa = CommandOption(
    "isa", .word(VectorISA.allCases.map(\.rawValue) + ["portable"]),
    "the instruction set of the kernels: the best of the processor")
}

extension Arguments {
  /// The kernels of `--isa`, or the best for this processor.
  package var kernels: KernelCatalogue {
    get throws {
      guard let word = text(.isa) else { return .standard }
      guard let isa = VectorISA(rawValue: word) else { return KernelCatalogue(nil) }
      guard isa.isSupported else {
        throw UsageError("this processor has no \(word); `netc doctor` lists what it has")
      }
      return KernelCatalogue(isa)
    }
  }
}
