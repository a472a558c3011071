import Tensors
import X86

/// How a convolution of one tap is cut into quarters, and its positions into bands.
///
/// Channels are halved by blocks, the positions of a band one half after the other: of the matrices
/// of a band, of positions times input channels and of input times output channels, each becomes
/// four. The second half of the input channels may have fewer, and that of the positions one fewer
/// where their number is odd: they count as zeros.
struct StrassenTiling: Hashable, Sendable {
  let isa: VectorISA
  let images: Int
  let inputChannels: Int
  let outputChannels: Int
  let positions: Int
  /// Bands of an image.
  let bands: Int
  /// Blocks of a half of the output that are summed together.
  let passes: [Range<Int>]
  /// Runs of passes that go through all products together, so that their sums stay near.
  let passRuns: [Range<Int>]

  var lanes: Int { isa.lanes }
  var inputBlocks: Int { ceilDivide(inputChannels, lanes) }
  var outputBlocks: Int { ceilDivide(outputChannels, lanes) }
  /// Blocks of a half.
  var inputHalf: Int { ceilDivide(inputBlocks, 2) }
  var outputHalf: Int { outputBlocks / 2 }

  /// Nil where the call is of another kind.
  init?(_ call: Call, _ isa: VectorISA) {
    guard case .convolution(let spec) = call.spec, spec.isPointwise else { return nil }
    let (input, output) = (call.inputs[0], call.output)
    guard input.h == output.h, input.w == output.w else { return nil }
    self.isa = isa
    images = output.n
    inputChannels = input.c
    outputChannels = output.c
    positions = output.h * output.w
    let vector = isa.width.byteCount
    let half = ceilDivide(ceilDivide(input.c, isa.lanes), 2)
    let outputs = ceilDivide(output.c, isa.lanes) / 2
    let pairs = ceilDivide(positions, 2)
    bands = ceilDivide(pairs, max(1, min(Self.mostPairs, Self.operandBytes / (half * vector))))
    let count = ceilDivide(outputs, isa.strassenBlocks)
    passes = (0..<outputs).parts(count)
    let sumBytes = 3 * outputs * ceilDivide(pairs, bands) * vector
    let wanted = min(ceilDivide(Self.wantedParts, images * bands), count / Self.fewestPasses)
    let runs = max(1, wanted, min(count, ceilDivide(sumBytes, Self.sumBytes)))
    passRuns = (0..<count).parts(runs)
  }

  /// Pairs of positions of a band at most, so many that the weights of a pass have as many lines as
  /// an operand, and bytes of an operand and of the sums of a run.
  private static let mostPairs = 64
  private static let operandBytes = 512 << 10
  private static let sumBytes = 800 << 10
  /// Parts of a call, where runs have passes enough to be worth their operands.
  private static let wantedParts = 8
  private static let fewestPasses = 4

  var parts: Int { images * bands * passRuns.count }

  /// Pairs of positions of a band; the last pair of all may lack its second one.
  func pairs(of band: Int) -> Range<Int> {
    (0..<ceilDivide(positions, 2)).part(band, of: bands)
  }

  /// Pairs of the largest band.
  var mostPairs: Int { ceilDivide(ceilDivide(positions, 2), bands) }

  /// Floats of an operand.
  var operand: Int { inputHalf * mostPairs * lanes }
  /// Floats of a sum of the largest run.
  var sums: Int {
    let blocks = passRuns.map {
      passes[$0.upperBound - 1].upperBound - passes[$0.lowerBound].lowerBound
    }
    return (blocks.max() ?? 0) * mostPairs * lanes
  }
  /// Of a thread: an operand, three sums, and what stands for channels that are not there.
  var scratchBytes: Int {
    (operand + 3 * sums + 2 * mostPairs * lanes) * MemoryLayout<Float>.stride
  }
  /// Floats of the weights of a block of the output half at one product.
  var blockWeights: Int { inputHalf * lanes * lanes }
  /// Of the whole product, one vector more than there are, so that products lie in different
  /// sets of a cache.
  var productWeights: Int { outputHalf * blockWeights + lanes }
}

extension VectorISA {
  /// Blocks of a pass at most.
  var strassenBlocks: Int { self == .avx512 ? 4 : 2 }
}

extension ConvolutionSpec {
  /// Whether it is one tap at every cell, over all channels.
  var isPointwise: Bool {
    kernel == Size2(1) && stride == .one && groups == 1 && !transposed
  }
}
