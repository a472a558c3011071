import Tensors
import X86

/// In what numbers maps lie between kernels, and products are taken; sums are float32 in both.
package enum Precision: String, CaseIterable, Hashable, Sendable {
  case fp32, bf16

  /// Of the numbers of a map.
  package init(_ layout: Layout) { self = layout.isBF16 ? .bf16 : .fp32 }

  /// Bytes of a number in a map.
  var byteCount: Int { self == .bf16 ? 2 : 4 }

  /// Why kernels of an instruction set cannot compute in it here; nil where they can.
  package func refusal(_ isa: VectorISA) -> String? {
    guard self == .bf16 else { return nil }
    guard isa == .avx512 else { return "the kernels of \(isa.rawValue) compute in fp32 alone" }
    guard ProcessorFeatures.current.contains(.avx512BF16) else {
      return "this processor has no AVX512_BF16"
    }
    return nil
  }

  /// The layout of maps inside a plan.
  package func layout(_ isa: VectorISA) -> Layout {
    self == .bf16 ? .blockedBF16(isa.lanes) : isa.layout
  }
}

extension Layout {
  /// Blocks of the instruction set: of bfloat16 numbers where this has them, else of floats.
  func blocks(_ isa: VectorISA) -> Layout {
    self == .blockedBF16(isa.lanes) ? self : isa.layout
  }
}
