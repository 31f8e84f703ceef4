// Sparse coding, online: y minimises |x - D y|^2/2 + lambda |y|_1, D += rate (x - D y) y^T, unit columns.
// g++ -O3 -march=native sparse.cpp -o sparse; ./sparse N K STEPS FILE: N rows of float64, one a component.
// Each step takes ten samples drawn at random. Responses are found by an active set on the Gram matrix with signs (Lee et al., 2007), each face
// solved by Cholesky's method, to a residual of 1e-10 relative to the terms of the gradient; prints samples a second.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

static const int B = 10;
static const double lambda = 0.3;

// y of (G y - b) + lambda sign(y) = 0, from y; the relative residual.
template <int K>
static double respond(const double (&G)[K][K], const double (&b)[K], double (&y)[K], long& faces)
{
    double gradient[K];
    double residual = 1;
    for (int round = 0; round < 100; round++)
    {
        // The subgradient nearest to 0.
        double largest = 0, size = 1e-300;
        double pull[K];
        for (int k = 0; k < K; k++)
        {
            double value = -b[k], terms = std::fabs(b[k]) + lambda;
            for (int l = 0; l < K; l++)
            {
                value += G[k][l] * y[l];
                terms += std::fabs(G[k][l] * y[l]);
            }
            gradient[k] = value;
            pull[k] = y[k] > 0 ? value + lambda : y[k] < 0 ? value - lambda : value > lambda ? value - lambda : value < -lambda ? value + lambda : 0;
            largest = std::max(largest, std::fabs(pull[k]));
            size = std::max(size, terms);
        }
        residual = largest / size;
        if (residual <= 1e-13)
            break;
        // What is not 0 and what leaves it, to the side that its pull says.
        int active[K], m = 0;
        double sign[K];
        for (int k = 0; k < K; k++)
            if (y[k] != 0 || pull[k] != 0)
            {
                sign[m] = y[k] > 0 ? 1 : y[k] < 0 ? -1 : pull[k] > 0 ? -1 : 1;
                active[m++] = k;
            }
        // The minimum on that face; what leaves to the wrong side does not leave.
        double target[K];
        for (;;)
        {
            faces++;
            double L[K][K], reciprocal[K], z[K];
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    double value = G[active[i]][active[j]];
                    for (int q = 0; q < j; q++)
                        value -= L[i][q] * L[j][q];
                    L[i][j] = value * reciprocal[j];
                }
                double pivot = G[active[i]][active[i]];
                for (int q = 0; q < i; q++)
                    pivot -= L[i][q] * L[i][q];
                reciprocal[i] = 1 / std::sqrt(std::max(pivot, 1e-14));
                double value = b[active[i]] - lambda * sign[i];
                for (int q = 0; q < i; q++)
                    value -= L[i][q] * z[q];
                z[i] = value * reciprocal[i];
            }
            for (int i = m - 1; i >= 0; i--)
            {
                double value = z[i];
                for (int q = i + 1; q < m; q++)
                    value -= L[q][i] * target[q];
                target[i] = value * reciprocal[i];
            }
            int left = 0;
            for (int i = 0; i < m; i++)
                if (y[active[i]] != 0 || target[i] * sign[i] > 0)
                {
                    active[left] = active[i];
                    sign[left] = sign[i];
                    target[left++] = target[i];
                }
            if (left == m)
                break;
            m = left;
        }
        // As far along the way as E falls: to the end, or to one of the places where a component meets 0.
        double from[K], step[K];
        double best = 1, value = 0, slope = 0, bend = 0;
        for (int i = 0; i < m; i++)
        {
            from[i] = y[active[i]];
            step[i] = target[i] - from[i];
            slope += (gradient[active[i]]) * step[i];
        }
        for (int i = 0; i < m; i++)
            for (int j = 0; j < m; j++)
                bend += step[i] * G[active[i]][active[j]] * step[j];
        auto change = [&](double t) {
            double e = slope * t + 0.5 * bend * t * t;
            for (int i = 0; i < m; i++)
                e += lambda * (std::fabs(from[i] + t * step[i]) - std::fabs(from[i]));
            return e;
        };
        value = change(1);
        int meets = -1;
        for (int i = 0; i < m; i++)
        {
            const double t = -from[i] / step[i];
            if (t > 0 && t < 1)
            {
                const double e = change(t);
                if (e < value)
                {
                    value = e;
                    best = t;
                    meets = i;
                }
            }
        }
        for (int i = 0; i < m; i++)
            y[active[i]] = i == meets ? 0 : best == 1 ? target[i] : from[i] + best * step[i];
    }
    return residual;
}

template <int N, int K>
static double learn(long steps, const std::vector<double>& samples, double& worst, double& faces, double& zeros, double& check)
{
    const long rows = samples.size() / N;
    const double rate = 1e-2;
    std::mt19937_64 random(1);
    std::normal_distribution<double> normal;
    alignas(64) double D[N][K], G[K][K], dD[N][K], b[K], y[K], e[N];
    auto unit = [&] {
        for (int k = 0; k < K; k++)
        {
            double norm = 0;
            for (int a = 0; a < N; a++)
                norm += D[a][k] * D[a][k];
            norm = 1 / std::sqrt(norm);
            for (int a = 0; a < N; a++)
                D[a][k] *= norm;
        }
    };
    for (int a = 0; a < N; a++)
        for (int k = 0; k < K; k++)
            D[a][k] = normal(random);
    unit();
    worst = 0;
    long solved = 0, empty = 0;
    const auto start = std::chrono::steady_clock::now();
    for (long step = 0; step < steps; step++)
    {
        for (int k = 0; k < K; k++)
            for (int l = 0; l <= k; l++)
            {
                double value = 0;
                for (int a = 0; a < N; a++)
                    value += D[a][k] * D[a][l];
                G[k][l] = G[l][k] = value;
            }
        for (int a = 0; a < N; a++)
            for (int k = 0; k < K; k++)
                dD[a][k] = 0;
        for (int s = 0; s < B; s++)
        {
            const double* x = &samples[(random() % rows) * N];
            for (int k = 0; k < K; k++)
                b[k] = y[k] = 0;
            for (int a = 0; a < N; a++)
                for (int k = 0; k < K; k++)
                    b[k] += D[a][k] * x[a];
            worst = std::max(worst, respond<K>(G, b, y, solved));
            for (int k = 0; k < K; k++)
                empty += y[k] == 0;
            for (int a = 0; a < N; a++)
            {
                e[a] = x[a];
                for (int k = 0; k < K; k++)
                    e[a] -= D[a][k] * y[k];
                for (int k = 0; k < K; k++)
                    dD[a][k] += e[a] * y[k];
            }
        }
        for (int a = 0; a < N; a++)
            for (int k = 0; k < K; k++)
                D[a][k] += rate / B * dD[a][k];
        unit();
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    faces = solved / (double(B) * steps);
    zeros = empty / (double(B) * K * steps);
    check = D[0][0];
    return steps * double(B) / seconds;
}

int main(int count, char** arguments)
{
    if (count != 5 || std::atoi(arguments[1]) != 8 || std::atoi(arguments[2]) != 8)
    {
        std::fprintf(stderr, "sparse 8 8 STEPS FILE\n");
        return 2;
    }
    const int n = 8;
    std::FILE* file = std::fopen(arguments[4], "rb");
    if (!file)
        return 1;
    std::fseek(file, 0, SEEK_END);
    const long rows = std::ftell(file) / 8 / n;
    std::rewind(file);
    std::vector<double> columns(rows * n), samples(rows * n);
    if (std::fread(columns.data(), 8, rows * n, file) != size_t(rows * n))
        return 1;
    std::fclose(file);
    for (int a = 0; a < n; a++)
        for (long i = 0; i < rows; i++)
            samples[i * n + a] = columns[a * rows + i];
    double worst = 0, faces = 0, zeros = 0, check = 0;
    const double rate = learn<8, 8>(std::atol(arguments[3]), samples, worst, faces, zeros, check);
    std::printf("samples/s=%.4e residual=%.1e faces=%.2f zeros=%.2f check=%.6f\n", rate, worst, faces, zeros, check);
}
