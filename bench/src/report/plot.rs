//! Lines over two axes as SVG, on white: readable on light and dark pages alike.

use std::ops::Range;

use anyhow::Result;
use plotters::{
    coord::{
        Shift,
        ranged1d::{AsRangedCoord, ValueFormatter},
    },
    prelude::*,
};

use super::number;
use crate::section::{Line, Plot};

/// Where plots are, beside the report; the same beside the book's page.
pub(super) const FOLDER: &str = "performance";

const WIDTH: u32 = 820;
/// Of title and axes, without the legend below.
const HEIGHT: u32 = 440;
/// Of a line of the legend.
const ROW: u32 = 24;
const TITLE: u32 = 20;
const TEXT: u32 = 16;
/// Room for the numbers and the label of an axis.
const AXIS: (u32, u32) = (54, 96);
/// Few enough that a logarithmic axis has numbers at powers of ten only.
const NUMBERS: usize = 8;
/// How far a logarithmic axis goes on, so that its ends have numbers whatever the arithmetic rounds to.
const BEYOND: f64 = 1.001;
/// Okabe and Ito's, which colour-blind people can tell apart; their yellow is left out, it is faint on white.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xB2),
    RGBColor(0xD5, 0x5E, 0x00),
    RGBColor(0x00, 0x9E, 0x73),
    RGBColor(0xCC, 0x79, 0xA7),
    RGBColor(0xE6, 0x9F, 0x00),
    RGBColor(0x56, 0xB4, 0xE9),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Where the plot is, relative to the report.
pub(super) fn file(plot: &Plot) -> String {
    format!("{FOLDER}/{}.svg", plot.name)
}

/// Whether there is anything to draw.
pub(super) fn has_points(plot: &Plot) -> bool {
    plot.lines.iter().any(|line| shown(plot, line).next().is_some())
}

/// The SVG.
pub(super) fn draw(plot: &Plot) -> Result<String> {
    let mut svg = String::new();
    {
        let rows = u32::try_from(plot.lines.len())?;
        let root = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT + ROW * rows + TEXT)).into_drawing_area();
        root.fill(&WHITE)?;
        let (chart, legend) = root.split_vertically(HEIGHT);
        let (x, y) = (range(plot, |point| point.0), range(plot, |point| point.1));
        match plot.logarithmic {
            true => draw_lines(&chart, plot, x.log_scale(), y.log_scale())?,
            false => draw_lines(&chart, plot, x, y)?,
        }
        draw_legend(&legend, plot)?;
        root.present()?;
    }
    Ok(svg)
}

fn draw_lines<X, Y>(area: &Area<'_>, plot: &Plot, x: X, y: Y) -> Result<()>
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: ValueFormatter<f64>,
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: ValueFormatter<f64>,
{
    let mut builder = ChartBuilder::on(area);
    builder.caption(&plot.title, ("sans-serif", TITLE)).margin(TEXT).margin_right(3 * TEXT);
    let mut chart = builder.x_label_area_size(AXIS.0).y_label_area_size(AXIS.1).build_cartesian_2d(x, y)?;
    let tick = |value: &f64| number::tick(*value);
    let mut mesh = chart.configure_mesh();
    mesh.x_desc(&plot.x).y_desc(&plot.y).x_labels(NUMBERS).y_labels(NUMBERS).max_light_lines(1);
    mesh.x_label_formatter(&tick).y_label_formatter(&tick);
    mesh.label_style(("sans-serif", TEXT)).axis_desc_style(("sans-serif", TEXT)).draw()?;
    for (line, colour) in plot.lines.iter().zip(COLOURS.iter().cycle()) {
        let points = || shown(plot, line);
        chart.draw_series(LineSeries::new(points(), colour.stroke_width(2)))?;
        chart.draw_series(points().map(|point| Circle::new(point, 4, colour.filled())))?;
    }
    Ok(())
}

/// Below the axes, where it hides nothing.
fn draw_legend(area: &Area<'_>, plot: &Plot) -> Result<()> {
    let left = i32::try_from(AXIS.1 + TEXT)?;
    let (stroke, half) = (40, i32::try_from(TEXT)? / 2);
    for ((line, colour), row) in plot.lines.iter().zip(COLOURS.iter().cycle()).zip(0..) {
        let middle = row * i32::try_from(ROW)? + half;
        area.draw(&PathElement::new([(left, middle), (left + stroke, middle)], colour.stroke_width(2)))?;
        area.draw(&Circle::new((left + stroke / 2, middle), 4, colour.filled()))?;
        area.draw(&Text::new(line.name.clone(), (left + stroke + half, middle - half), ("sans-serif", TEXT)))?;
    }
    Ok(())
}

/// Points that the axes can show.
fn shown<'a>(plot: &'a Plot, line: &'a Line) -> impl Iterator<Item = (f64, f64)> + 'a {
    let can = |value: f64| value.is_finite() && (!plot.logarithmic || value > 0.0);
    line.points.iter().copied().filter(move |(x, y)| can(*x) && can(*y))
}

/// What an axis goes over: from nought a little beyond the most, or whole decades.
fn range(plot: &Plot, pick: impl Fn((f64, f64)) -> f64) -> Range<f64> {
    let values = || plot.lines.iter().flat_map(|line| shown(plot, line)).map(&pick);
    let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    if plot.logarithmic {
        let (first, last) = (least.log10().floor(), most.log10().ceil());
        return 10f64.powf(first) / BEYOND..10f64.powf(last.max(first + 1.0)) * BEYOND;
    }
    let (least, most) = (least.min(0.0), most.max(0.0));
    let beyond = if most > least { (most - least) * 0.05 } else { 1.0 };
    least..most + beyond
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(logarithmic: bool, points: Vec<(f64, f64)>) -> Plot {
        let line = |name: &str| Line { name: name.to_owned(), points: points.clone() };
        Plot {
            name: "growth".to_owned(),
            title: "Growth".to_owned(),
            x: "shares".to_owned(),
            y: "seconds".to_owned(),
            logarithmic,
            lines: vec![line("nudged"), line("psql <copy>")],
        }
    }

    #[test]
    fn logarithmic_axes_go_over_whole_decades() {
        let plot = plot(true, vec![(20.0, 0.5), (50_000.0, 0.5), (0.0, 7.0)]);
        let whole = |range: Range<f64>| ((range.start * BEYOND).log10().round(), (range.end / BEYOND).log10().round());
        assert_eq!(whole(range(&plot, |point| point.0)), (1.0, 5.0));
        assert_eq!(whole(range(&plot, |point| point.1)), (-1.0, 0.0));
    }

    #[test]
    fn other_axes_begin_at_nought() {
        let plot = plot(false, vec![(20.0, 2.0), (100.0, 10.0)]);
        assert_eq!((range(&plot, |point| point.0), range(&plot, |point| point.1)), (0.0..105.0, 0.0..10.5));
    }

    #[test]
    fn a_drawing_has_its_title_labels_numbers_and_the_name_of_every_line() {
        for logarithmic in [true, false] {
            let svg = draw(&plot(logarithmic, vec![(10_000.0, 0.2), (1_000_000.0, 9.9)])).unwrap();
            for word in ["Growth", "shares", "seconds", "10", "1,000,000", "nudged", "psql &lt;copy&gt;"] {
                assert!(svg.contains(&format!("\n{word}\n")), "no {word} in {svg}");
            }
            assert!(svg.trim_end().ends_with("</svg>"), "{svg}");
        }
    }

    #[test]
    fn one_point_is_drawn_too() {
        for logarithmic in [true, false] {
            assert!(draw(&plot(logarithmic, vec![(1.0, 1.0)])).unwrap().contains("circle"));
        }
    }
}
