import Tensors
import X86

/// The tile of a segment: what its code is made from.
enum ConvolutionTile: Hashable, Sendable {
  case dense(DenseTile)
  case depthwise(DepthwiseTile)

  var form: TileForm {
    switch self {
    case .dense(let tile): tile.form
    case .depthwise(let tile): tile.form
    }
  }

  func code(isListed: Bool = false) -> Assembler {
    switch self {
    case .dense(let tile): tile.code(isListed: isListed)
    case .depthwise(let tile): tile.code(isListed: isListed)
    }
  }
}

extension DirectTiling {
  func tile(
    _ kind: DirectPass.Kind, _ segment: Segment, _ ending: TileEnding
  ) -> ConvolutionTile {
    let (rows, columns) = (geometry.rows, geometry.columns)
    let float = MemoryLayout<Float>.stride
    let form = TileForm(
      isa: geometry.isa, positions: segment.positions, blocks: kind.blocks,
      sourceStep: columns.stride * geometry.source.column * float,
      destinationStep: geometry.destination.column * float, isMasked: kind.isMasked,
      ending: ending, result: geometry.resultNumbers)
    let runs = TapRun.all(columns, at: segment.first..<segment.first + segment.positions)
    if geometry.isDepthwise {
      return .depthwise(
        DepthwiseTile(
          form: form, kernelWidth: columns.kernel, runs: runs, stride: columns.stride,
          rate: columns.rate, rowStep: rows.rate * geometry.source.row * float,
          source: geometry.sourceNumbers))
    }
    return .dense(
      DenseTile(
        form: form, kernelWidth: columns.kernel, runs: runs, hasRows: rows.kernel > 1,
        tapStep: columns.rate * geometry.source.column * float,
        rowStep: rows.rate * geometry.source.row * float,
        channelStep: geometry.source.channel * float, firstLanes: kind.firstLanes,
        lastLanes: kind.lastLanes, hasPairs: geometry.hasPairs,
        endsWithHalf: kind.endsWithHalf))
  }
}
