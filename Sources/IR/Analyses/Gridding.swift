import Tensors

/// A series of atrous layers that reads its map with holes, along one axis.
package struct Gridding: Sendable {
  package let axis: Axis
  /// The windows from the start of the series to its last atrous layer.
  package let windows: [SeriesLink]
  /// What a position behind that layer reads.
  package let offsets: OffsetSet
  /// What `os=` multiplied the rates by: 1 where they are as written.
  package let owed: Int
  /// The layer of rate 1 that reads the cells between, where one follows on the same grid.
  package let closing: ValueID?

  package var rates: [Int] { windows.map(\.layer.rate) }
  package var last: ValueID { windows[windows.count - 1].node }

  /// Whether nothing is missing on the grid that the layers had before `os=` took strides away:
  /// each of its phases computes what the strided network does.
  package var isByOutputStride: Bool { owed > 1 && offsets.isFull(step: owed) }

  /// The rates as they are written, before `os=` multiplied them.
  package var ownRates: [Int] { windows.map { $0.layer.rate / owed } }

  /// Whether a layer was given a rate; else `os=` alone made them, as in every dense backbone.
  package var isChosen: Bool { owed == 1 || ownRates.contains { $0 > 1 } }

  /// The nearest rates without holes, as they are to be written; nil where there are too many.
  package var nearestRates: [Int]? {
    closedRates(
      zip(windows, ownRates).map { SeriesLayer(kernel: $0.layer.kernel, rate: max(1, $1)) })
  }
}

/// Every series with holes that has two atrous layers or more, each once.
///
/// A layer alone has holes by its nature, and so have the branches of ASPP, which are no series:
/// their rates are to sample apart.
package func gridding(_ graph: Graph, _ axis: Axis) -> [Gridding] {
  let analysis = SeriesAnalysis(graph, axis)
  var found: [Int: Gridding] = [:]
  var order: [Int] = []
  for index in graph.values.indices where analysis.ends[index] {
    guard let series = analysis.series[index], series.path > 0 else { continue }
    let run = analysis.links[series.path - 1].lastAtrous
    guard run > 0, analysis.links[run - 1].atrous > 1 else { continue }
    let offsets =
      run == series.path ? series.trunk : analysis.input(after: run, of: series.path)
    if offsets.isFull { continue }
    let isClosed = series.offsets.isFull
    if let known = found[run], known.closing == nil || isClosed { continue }
    if found[run] == nil { order.append(run) }
    let windows = analysis.windows(of: run)
    found[run] = Gridding(
      axis: axis, windows: windows, offsets: offsets, owed: analysis.links[run - 1].owed,
      closing: isClosed ? analysis.links[series.path - 1].node : nil)
  }
  return order.compactMap { found[$0] }
}
