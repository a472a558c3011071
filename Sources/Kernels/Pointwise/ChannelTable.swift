import Tensors

/// Numbers that depend on the channel alone, as kernels read them: `[block][scalar][lane]`, zero in
/// lanes without a channel; nil where there are none.
func channelTable(
  _ scalars: [Scalar], _ parameters: [Tensor], channels: Int, lanes: Int
) throws(AllocationError) -> Tensor? {
  guard !scalars.isEmpty else { return nil }
  let views = parameters.map { TensorView($0) }
  let table = try Tensor(packed: [ceilDivide(channels, lanes), scalars.count, lanes])
  table.withMutableSpan { table in
    for channel in 0..<channels {
      let (block, lane) = channel.quotientAndRemainder(dividingBy: lanes)
      for (index, scalar) in scalars.enumerated() {
        table[(block * scalars.count + index) * lanes + lane] =
          Float(scalar.value(views, channel: channel))
      }
    }
  }
  return table
}
