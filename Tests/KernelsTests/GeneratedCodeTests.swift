import Testing
import X86

@testable import Kernels

/// Generated kernels keep what the caller wants back.
struct GeneratedCodeTests {
  /// Without executable memory nothing is generated.
  @Test func refusedCodeLeavesThePortableKernels() {
    #expect(VectorISA.best(whereCodeIsRefused: true) == .portable)
    #expect(
      VectorISA.best(whereCodeIsRefused: false) == VectorISA.allCases.first { $0.isSupported })
  }

  /// Registers that a callee must keep are not even named.
  @Test(arguments: [VectorISA.avx512, .avx2], [false, true])
  func theCallersRegistersAreKept(isa: VectorISA, isDepthwise: Bool) {
    let tile = DirectTile(
      isa: isa, isDepthwise: isDepthwise, positions: 5, blocks: isDepthwise ? 1 : 2, kernelWidth: 3,
      stride: 2, rate: 4, rowStep: 70, lastChannels: isDepthwise ? 0 : 3)
    let text = tile.code(isListed: true).text
    #expect(text.contains("vfmadd231ps") && text.hasSuffix("  vzeroupper\n  ret\n"))
    for register in GeneralRegister.calleeSaved { #expect(!text.contains("\(register)")) }
  }
}
