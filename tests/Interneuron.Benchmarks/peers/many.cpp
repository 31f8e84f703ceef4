// Responses of many primary neurons: s = sum_i g_i f(theta_i, w_i . r) w_i, power mixture, by Newton's method with Eigen.
// g++ -O3 -march=native -ffast-math many.cpp -o many -I/usr/include/eigen3; ./many N K COUNT FILE: float64, g (K), theta (K), W (K x N), stimuli (COUNT x N).
// Inputs of sixty-four samples by one matrix product, powers by Eigen's vectorised exp and log, each Hessian by a symmetric rank-K update, steps by its Cholesky
// factor, halved while they do not lower the residual; to |s - grad phi|_inf <= 1e-10. Prints samples a second, steps a sample, the largest residual.
#include <Eigen/Dense>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>
using namespace Eigen;

static const int Tile = 64;

int main(int, char** v)
{
    int n = atoi(v[1]), k = atoi(v[2]), count = atoi(v[3]);
    std::vector<double> data(k + k + (size_t)k * n + (size_t)count * n);
    FILE* file = fopen(v[4], "rb");
    if (!file || fread(data.data(), 8, data.size(), file) != data.size())
        return 1;
    fclose(file);
    Map<ArrayXd> g(data.data(), k), theta(data.data() + k, k);
    Map<MatrixXd> W(data.data() + 2 * k, n, k), S(data.data() + 2 * k + (size_t)k * n, n, count);
    ArrayXd power = theta - 1, a, b;
    a = ((2 * theta - 3.85).max(0).pow(1.95)).exp();
    b = ((theta.pow(2.32) - 6).max(0)).exp();
    MatrixXd R(n, Tile), Z(k, Tile), F(k, Tile), D(k, Tile), E(n, Tile), scaled(n, k), H(n, n);
    MatrixXd trial(n, Tile), step(n, Tile);
    LLT<MatrixXd> factor(n);
    long steps = 0;
    double worst = 0;
    auto start = std::chrono::steady_clock::now();
    for (int first = 0; first < count; first += Tile)
    {
        int m = std::min(Tile, count - first);
        auto s = S.middleCols(first, m);
        // Residuals at a point, and the slopes there.
        auto field = [&](const MatrixXd& r) {
            Z.leftCols(m).noalias() = W.transpose() * r.leftCols(m);
            for (int j = 0; j < m; j++)
            {
                auto z = Z.col(j).array();
                ArrayXd p = (power * z.abs().max(1e-300).log()).exp();
                F.col(j).array() = g * z * (b * p + a);
                D.col(j).array() = g * (b * theta * p + a);
            }
            E.leftCols(m) = s;
            E.leftCols(m).noalias() -= W * F.leftCols(m);
            steps += m;
        };
        R.leftCols(m) = s;
        field(R);
        std::vector<char> open(m, 1);
        ArrayXd size = E.leftCols(m).cwiseAbs().colwise().maxCoeff().array();
        for (int round = 0; round < 100; round++)
        {
            bool any = false;
            for (int j = 0; j < m; j++)
            {
                open[j] = size[j] > 1e-10 * std::min(1.0, s.col(j).cwiseAbs().maxCoeff());
                any |= open[j];
                if (!open[j])
                {
                    step.col(j).setZero();
                    continue;
                }
                scaled.noalias() = W * D.col(j).array().sqrt().matrix().asDiagonal();
                H.setZero();
                H.selfadjointView<Lower>().rankUpdate(scaled);
                factor.compute(H.selfadjointView<Lower>());
                step.col(j) = factor.solve(E.col(j));
            }
            if (!any)
                break;
            ArrayXd before = size;
            double t = 1;
            for (int half = 0; half < 20; half++, t *= 0.5)
            {
                trial.leftCols(m) = R.leftCols(m) + t * step.leftCols(m);
                field(trial);
                size = E.leftCols(m).cwiseAbs().colwise().maxCoeff().array();
                bool good = true;
                for (int j = 0; j < m; j++)
                    if (open[j] && !(size[j] < before[j]))
                        good = false;
                    else if (open[j])
                    {
                        R.col(j) = trial.col(j);
                        step.col(j).setZero();
                        before[j] = 1e300;
                    }
                if (good)
                    break;
            }
        }
        worst = std::max(worst, size.maxCoeff());
    }
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    printf("samples/s=%.4e steps=%.2f residual=%.1e checksum=%.6f\n", count / seconds, steps / (double)count, worst, R.col(0).sum());
}
